/** Whether a camera shows anything: a lid or a hand before the lens, or a picture that does not move on. */
export type PictureVerdict = "ok" | "covered" | "frozen"

/** A small grey picture: one byte a pixel, row by row, and when it was taken (milliseconds). */
export interface LumaPicture {
  readonly width: number
  readonly height: number
  readonly luma: Uint8Array
  readonly at: number
}

export interface JudgeOptions {
  /** How long it must be dark and without any edge to be called covered (default 1000 ms). */
  readonly coveredMs?: number | undefined
  /** How long not one pixel may change before it is called frozen (default 3000 ms): a live sensor always has noise. */
  readonly frozenMs?: number | undefined
}

/** Mean difference of neighbours, in grey levels of 255: a covered lens lets no edge through, only noise and glow. */
const edgeless = 1.2
/** A hand lets some light through; brighter than that without edges is fog or a wall, and is called `ok`. */
const dim = 60

/**
 * Judges the pictures of one camera one after the other (64 x 36 pixels or so). A room without any light counts as
 * covered. Pure: no camera, no clock.
 * @throws RangeError when a picture's bytes are not `width` times `height`.
 *
 * @example
 * ```ts
 * const judge = judgePictures({ coveredMs: 1000 })
 * const black = { width: 8, height: 8, luma: new Uint8Array(64) }
 * assert.equal(judge({ ...black, at: 0 }), "ok")
 * assert.equal(judge({ ...black, at: 1000 }), "covered")
 * ```
 */
export function judgePictures(options: JudgeOptions = {}): (picture: LumaPicture) => PictureVerdict {
  const { coveredMs = 1000, frozenMs = 3000 } = options
  let coveredSince: number | undefined
  let last: { readonly luma: Uint8Array; readonly since: number } | undefined
  return (picture) => {
    const { width, height, luma, at } = picture
    if (luma.length !== width * height || luma.length === 0)
      throw new RangeError(`Cannot judge picture: ${luma.length} bytes are not ${width} x ${height} pixels`)
    coveredSince = looksCovered(picture) ? (coveredSince ?? at) : undefined
    const isSame = last !== undefined && last.luma.length === luma.length && luma.every((v, i) => v === last?.luma[i])
    if (last === undefined || !isSame) last = { luma: luma.slice(), since: at }
    if (coveredSince !== undefined && at - coveredSince >= coveredMs) return "covered"
    return at - last.since >= frozenMs ? "frozen" : "ok"
  }
}

function looksCovered({ width, height, luma }: LumaPicture): boolean {
  let sum = 0
  let difference = 0
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const here = luma[i] ?? 0
      sum += here
      if (x + 1 < width) difference += Math.abs(here - (luma[i + 1] ?? 0))
      if (y + 1 < height) difference += Math.abs(here - (luma[i + width] ?? 0))
    }
  const neighbours = (width - 1) * height + width * (height - 1)
  return sum / luma.length < dim && difference < edgeless * neighbours
}
