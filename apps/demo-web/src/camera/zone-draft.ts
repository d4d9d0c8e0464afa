/** A corner as fractions of the picture's width and height, 0 to 1. */
export type Corner = readonly [x: number, y: number]

/** A zone that is being drawn: its corners so far, and where the next one would be. */
export interface ZoneDraft {
  readonly rule: "watch" | "ignore"
  readonly corners: readonly Corner[]
  readonly cursor: Corner
}

export const fewestCorners = 3
const mostCorners = 60

export function beginZone(rule: ZoneDraft["rule"]): ZoneDraft {
  return { rule, corners: [], cursor: [0.5, 0.5] }
}

/** Moves the cursor, within the picture. */
export function moveCursor(draft: ZoneDraft, x: number, y: number): ZoneDraft {
  return { ...draft, cursor: [within(x), within(y)] }
}

/** Puts a corner where the cursor is; not twice at one place. */
export function addCorner(draft: ZoneDraft): ZoneDraft {
  const { corners, cursor } = draft
  const last = corners.at(-1)
  const isSame = last !== undefined && last[0] === cursor[0] && last[1] === cursor[1]
  return isSame || corners.length === mostCorners ? draft : { ...draft, corners: [...corners, cursor] }
}

export function removeCorner(draft: ZoneDraft): ZoneDraft {
  return { ...draft, corners: draft.corners.slice(0, -1) }
}

/** Whether the cursor is at the first corner, which closes the zone. `reach` as a fraction of the picture. */
export function closesZone({ corners, cursor }: ZoneDraft, reach: number): boolean {
  const [first] = corners
  return (
    first !== undefined &&
    corners.length >= fewestCorners &&
    Math.hypot(first[0] - cursor[0], first[1] - cursor[1]) <= reach
  )
}

function within(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000
}
