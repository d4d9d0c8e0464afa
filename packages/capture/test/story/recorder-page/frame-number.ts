/** The number that is burnt into a frame's top left corner: ten cells of 16 pixels, the lowest bit first. */
function numberIn(source: CanvasImageSource): number {
  const canvas = new OffscreenCanvas(160, 16)
  const context = canvas.getContext("2d", { willReadFrequently: true })
  if (!context) throw new Error("No canvas to read the frame's number from")
  context.drawImage(source, 0, 0, 160, 16, 0, 0, 160, 16)
  const { data } = context.getImageData(0, 0, 160, 16)
  let number = 0
  for (let bit = 0; bit < 10; bit++) if ((data[(8 * 160 + bit * 16 + 8) * 4] ?? 0) > 128) number |= 1 << bit
  return number
}

/** Follows what the camera gives, frame by frame. */
export class FrameNumbers {
  /** Of every frame that came here, in their order. */
  readonly all: number[] = []
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>

  constructor(stream: MediaStream) {
    const { MediaStreamTrackProcessor: Processor } = globalThis as unknown as {
      MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack }) => { readable: ReadableStream<VideoFrame> }
    }
    this.#reader = new Processor({ track: stream.getVideoTracks()[0] as MediaStreamTrack }).readable.getReader()
    void this.#follow()
  }

  get latest(): number {
    return this.all.at(-1) ?? -1
  }

  async #follow(): Promise<void> {
    for (;;) {
      const { value: frame, done } = await this.#reader.read()
      if (done) return
      this.all.push(numberIn(frame))
      frame.close()
    }
  }
}
