/** A picture made by arithmetic alone, the same in every engine: texture, noise, a bright thing that crosses it. */
export interface DrawnFrames {
  readonly width: number
  readonly height: number
  readonly count: number
  frame(index: number): Uint8Array
}

export interface Drawing {
  /** Left edge of a bright thing at a frame, in pixels; `undefined` for none. */
  readonly thing?: (index: number) => number | undefined
  /** Added to every pixel. */
  readonly light?: (index: number) => number
  /** Largest difference of one pixel from its own mean. */
  readonly noise?: number
  readonly seed?: number
}

export function drawnFrames(count: number, drawing: Drawing, width = 320, height = 180): DrawnFrames {
  const { thing, light, noise = 6, seed = 1 } = drawing
  return {
    width,
    height,
    count,
    frame(index) {
      let state = Math.imul(index + 1, 2_654_435_761) ^ Math.imul(seed, 40_503)
      const luma = new Uint8Array(width * height)
      const left = thing?.(index)
      const more = light?.(index) ?? 0
      for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
          const texture = 90 + (((x >> 3) * 37 + (y >> 3) * 91) % 50)
          const inside = left !== undefined && x >= left && x < left + 40 && y >= 60 && y < 120
          luma[i] = Math.max(
            0,
            Math.min(255, (inside ? 220 : texture) + more + (((state >>> 16) % (2 * noise + 1)) - noise)),
          )
        }
      }
      return luma
    },
  }
}

/** The verdicts of a drawing, as one line each: what has to be the same everywhere. */
export const golden = (): DrawnFrames =>
  drawnFrames(60, {
    thing: (index) => (index < 25 ? undefined : index < 45 ? -40 + (index - 25) * 9 : 140),
    light: (index) => (index > 33 ? 14 : 0),
  })
