/** Sides of a picture of so many pixels, as near to a square as can be. */
export function sidesOf(pixels: number): { readonly width: number; readonly height: number } {
  const width = Math.max(1, Math.ceil(Math.sqrt(pixels)))
  return { width, height: Math.max(1, Math.ceil(pixels / width)) }
}

const mostPixels = 256 * 256

/**
 * Paints bytes, three for each pixel, red, green, blue. Of more than 65,536 pixels the first ones are painted.
 * @param width - Of the picture that the bytes were, where it is known: so that what is left of it shows.
 */
export function paintBytes(canvas: HTMLCanvasElement, bytes: Uint8Array, width?: number): void {
  const pixels = Math.min(mostPixels, Math.ceil(bytes.length / 3))
  const sides = width === undefined ? sidesOf(pixels) : { width, height: Math.max(1, Math.ceil(pixels / width)) }
  canvas.width = sides.width
  canvas.height = sides.height
  const context = canvas.getContext("2d")
  if (!context) return
  const image = context.createImageData(sides.width, sides.height)
  for (let pixel = 0; pixel < pixels; pixel++) {
    image.data.set([bytes[3 * pixel] ?? 0, bytes[3 * pixel + 1] ?? 0, bytes[3 * pixel + 2] ?? 0, 255], 4 * pixel)
  }
  context.putImageData(image, 0, 0)
}
