/**
 * A copy of a frame whose pixels lie in memory, as RGBA, with the same time. The caller closes both.
 * For frames that only graphics hardware can read (`format` is null; WebCodecs section 9.4).
 */
export async function frameInMemory(frame: VideoFrame): Promise<VideoFrame> {
  const options: VideoFrameCopyToOptions = { format: "RGBA" }
  const pixels = new ArrayBuffer(frame.allocationSize(options))
  const layout = await frame.copyTo(pixels, options)
  const { width: codedWidth, height: codedHeight } = frame.visibleRect ?? new DOMRectReadOnly()
  const { timestamp, displayWidth, displayHeight } = frame
  const facts = { format: "RGBA", codedWidth, codedHeight, displayWidth, displayHeight, timestamp, layout } as const
  // `transfer` is not in every browser's types, nor in every browser: there the pixels are copied once more.
  return new VideoFrame(pixels, Object.assign(facts, { transfer: [pixels] }))
}
