import type { GridSize } from "./luma-grid.ts"
import { defaultSensitivity, thresholdsOf, type Thresholds } from "./sensitivity.ts"

/** A part of the picture with a rule of its own. Where zones overlap, `ignore` wins, then the later one. */
export interface MotionZone {
  readonly name: string
  /** Corners as fractions of the picture's width and height, 0 to 1; at least three. */
  readonly polygon: readonly (readonly [x: number, y: number])[]
  /** `watch`: with any such zone, only these count. `ignore`: nothing here counts. */
  readonly rule: "watch" | "ignore"
  /** 1 to 10; the detector's own when absent. */
  readonly sensitivity?: number | undefined
}

/** For each cell 0 where nothing counts, else the number of its thresholds plus one. */
export interface ZoneMap {
  readonly ofCell: Uint16Array
  readonly thresholds: readonly Thresholds[]
  readonly names: readonly (string | undefined)[]
}

/** @throws RangeError for a polygon of fewer than three corners or corners outside the picture */
export function checkZones(zones: readonly MotionZone[]): void {
  for (const { name, polygon, sensitivity = defaultSensitivity } of zones) {
    thresholdsOf(sensitivity)
    if (polygon.length < 3 || !polygon.flat().every((value) => value >= 0 && value <= 1))
      throw new RangeError(`Cannot watch for motion: zone ${name} is no polygon within 0 to 1`)
  }
}

/** Cells belong to the polygons that their middle is in (even-odd rule). */
export function mapZones(zones: readonly MotionZone[], sensitivity: number, grid: GridSize): ZoneMap {
  const { columns, rows } = grid
  const watched = zones.filter((zone) => zone.rule === "watch")
  const ofCell = new Uint16Array(columns * rows).fill(watched.length > 0 ? 0 : 1)
  for (let cell = 0; cell < ofCell.length; cell++) {
    const x = ((cell % columns) + 0.5) / columns
    const y = (Math.floor(cell / columns) + 0.5) / rows
    watched.forEach((zone, index) => {
      if (contains(zone.polygon, x, y)) ofCell[cell] = index + 2
    })
    if (zones.some((zone) => zone.rule === "ignore" && contains(zone.polygon, x, y))) ofCell[cell] = 0
  }
  const all = [undefined, ...watched]
  return {
    ofCell,
    thresholds: all.map((zone) => thresholdsOf(zone?.sensitivity ?? sensitivity)),
    names: all.map((zone) => zone?.name),
  }
}

function contains(polygon: MotionZone["polygon"], x: number, y: number): boolean {
  let inside = false
  polygon.forEach(([x1, y1], index) => {
    const [x2, y2] = polygon[(index + 1) % polygon.length]!
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
  })
  return inside
}
