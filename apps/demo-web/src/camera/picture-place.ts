import type { Corner } from "./zone-draft.ts"

export interface ShownPicture {
  /** Of the box on the screen that the picture is fitted into, whole, in its middle. */
  readonly box: Pick<DOMRect, "left" | "top" | "width" | "height">
  readonly width: number
  readonly height: number
  readonly isMirrored: boolean
}

/** The place of the picture under a point of the screen, as fractions; outside 0 to 1 beside the picture. */
export function placeInPicture({ box, width, height, isMirrored }: ShownPicture, left: number, top: number): Corner {
  const scale = Math.min(box.width / width, box.height / height)
  const x = (left - box.left - (box.width - width * scale) / 2) / (width * scale)
  const y = (top - box.top - (box.height - height * scale) / 2) / (height * scale)
  return [isMirrored ? 1 - x : x, y]
}
