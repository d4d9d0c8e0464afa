/** The brightness of a frame's pixels. The bytes are used again for the next frame. */
export interface FrameLuma {
  readonly luma: Uint8Array
  readonly width: number
  readonly height: number
  readonly stride: number
}

/** Formats (WebCodecs section 9.4) whose first plane is the brightness, one byte a pixel. */
const planar = new Set(["I420", "I420A", "I422", "I422A", "I444", "I444A", "NV12"])

/**
 * Reads the brightness of frames: the first plane as it lies there, where a frame has one; else, as some graphics
 * hardware gives them, from RGB. Does not close the frame.
 */
export function createLumaReader(): (frame: VideoFrame) => Promise<FrameLuma> {
  let bytes = new Uint8Array(0)
  let luma = new Uint8Array(0)
  return async (frame) => {
    const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight }
    const asItIs = frame.format !== null && planar.has(frame.format)
    const options: VideoFrameCopyToOptions = asItIs ? {} : { format: "RGBA" }
    const size = frame.allocationSize(options)
    if (bytes.length !== size) bytes = new Uint8Array(size)
    const [plane] = await frame.copyTo(bytes, options)
    const { offset = 0, stride = width } = plane ?? {}
    if (asItIs) return { luma: bytes.subarray(offset), width, height, stride }
    if (luma.length !== width * height) luma = new Uint8Array(width * height)
    for (let row = 0, i = 0; row < height; row++)
      for (let at = offset + row * stride, end = at + width * 4; at < end; at += 4, i++)
        luma[i] = (77 * bytes[at]! + 150 * bytes[at + 1]! + 29 * bytes[at + 2]!) >> 8
    return { luma, width, height, stride: width }
  }
}
