/** How often each of 64 steps occurs, for each channel and for the brightness of both together; shares of all pixels. */
export interface Histogram {
  readonly red: readonly number[]
  readonly green: readonly number[]
  readonly blue: readonly number[]
  readonly luma: readonly number[]
  /** Shares of pixels, 0 to 1. */
  readonly dark: number
  readonly bright: number
  readonly black: number
  readonly white: number
}

const steps = 64

/** @param pixels - RGBA; what is wholly transparent does not count. */
export function histogramOf(pixels: Uint8ClampedArray): Histogram {
  const counts = Array.from({ length: 4 }, () => Array.from({ length: steps }, () => 0))
  let [total, dark, bright, black, white] = [0, 0, 0, 0, 0]
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    if (pixels[at + 3] === 0) continue
    const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]
    // Rec. 709.
    const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    for (const [channel, value] of [red, green, blue, luma].entries()) counts[channel]![Math.min(63, value >> 2)]!++
    total++
    if (luma < 85) dark++
    if (luma >= 170) bright++
    if (luma < 1) black++
    if (luma > 254) white++
  }
  const share = (count: number): number => (total === 0 ? 0 : count / total)
  const [red, green, blue, luma] = counts.map((channel) => channel.map(share)) as [
    number[],
    number[],
    number[],
    number[],
  ]
  return { red, green, blue, luma, dark: share(dark), bright: share(bright), black: share(black), white: share(white) }
}

/** Of a picture as it is shown, drawn small. */
export async function histogramOfPicture(picture: Blob): Promise<Histogram> {
  const bitmap = await createImageBitmap(picture)
  const scale = Math.min(1, 256 / Math.max(bitmap.width, bitmap.height))
  const canvas = new OffscreenCanvas(Math.max(1, bitmap.width * scale), Math.max(1, bitmap.height * scale))
  const context = canvas.getContext("2d")
  if (!context) throw new TypeError("Cannot draw histogram: no canvas")
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return histogramOf(context.getImageData(0, 0, canvas.width, canvas.height).data)
}
