/** Pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of a picture as it is seen: orientations 5 to 8 lie on their side (Exif 3.0, tag 0112). */
export function uprightSize({ width, height }: Size, orientation: number): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

/** The largest size of the same shape within a box; never larger than the picture, never less than a pixel. */
export function fitInside({ width, height }: Size, box: { readonly width: number; readonly height: number }): Size {
  const scale = Math.min(1, box.width / width, box.height / height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

export type MarkPosition =
  | "top-left"
  | "top"
  | "top-right"
  | "left"
  | "center"
  | "right"
  | "bottom-left"
  | "bottom"
  | "bottom-right"

/** Tiles of a mark in a row or column at most. */
const maxTiles = 12

/** Where the left upper corners of a mark lie, all of them wholly within the picture. */
export function placeMark(
  picture: Size,
  mark: Size,
  how: { readonly position: MarkPosition; readonly tile: boolean; readonly margin: number },
): readonly { readonly left: number; readonly top: number }[] {
  const room = { width: picture.width - mark.width, height: picture.height - mark.height }
  if (how.tile) {
    const columns = steps(picture.width, mark.width)
    return steps(picture.height, mark.height).flatMap((top) => columns.map((left) => ({ left, top })))
  }
  const along = (free: number, start: boolean, end: boolean): number =>
    Math.round(start ? Math.min(how.margin, free / 2) : end ? Math.max(free - how.margin, free / 2) : free / 2)
  const { position } = how
  return [
    {
      left: along(room.width, position.endsWith("left"), position.endsWith("right")),
      top: along(room.height, position.startsWith("top"), position.startsWith("bottom")),
    },
  ]
}

/** Evenly spread, half a mark apart at least. */
function steps(length: number, mark: number): readonly number[] {
  const count = Math.max(1, Math.min(maxTiles, Math.floor(length / (mark * 1.5))))
  const gap = (length - count * mark) / count
  return Array.from({ length: count }, (_, i) => Math.floor(gap / 2 + i * (mark + gap)))
}
