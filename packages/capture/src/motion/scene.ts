import { createActivity } from "./activity.ts"
import { Background } from "./background.ts"
import { findComponents, type Component } from "./components.ts"
import { fitLight, unchanged } from "./light-fit.ts"
import { isLightPatch } from "./light-patch.ts"
import { shrinkLuma, type GridSize } from "./luma-grid.ts"
import { createSoftLight } from "./soft-light.ts"
import { createStandOut } from "./stand-out.ts"
import { cellKinds, type MotionBox, type MotionReason, type MotionVerdict } from "./verdict.ts"
import type { ZoneMap } from "./zones.ts"

/** Indices into `cellKinds`. */
const noise = 1
const lit = 4
const ignored = 5

/** Above this share of cells that stand out there is nothing left to compare with. */
const sceneShare = 0.5

/** Nor where so few cells are what any change of light makes of the background. */
const leastShare = 0.45

/** A frame whose light is so much unlike the one before shows nothing of what moved since. */
const jumpGain = 0.15
const jumpLevels = 12

/** A thing of fewer cells has to move in three of four frames, others in two of three. */
const plainCells = 16

/** After a change of scene, in microseconds. */
const relearnMicroseconds = 600_000

/** What one camera at one size looks at. */
export interface Scene {
  readonly width: number
  readonly height: number
  judge(luma: Uint8Array, stride: number, timestamp: number): MotionVerdict
}

export function createScene(setup: {
  readonly width: number
  readonly height: number
  readonly grid: GridSize
  readonly zones: ZoneMap
  readonly learnMs: number
}): Scene {
  const { width, height, grid, zones, learnMs } = setup
  const { columns, rows, cellPixels } = grid
  const { ofCell, thresholds, names } = zones
  const count = columns * rows
  const cells = new Float32Array(count)
  const difference = new Float32Array(count)
  const sharp = new Float32Array(count)
  const keptBefore = new Uint8Array(count)
  const seen = new Uint8Array(count)
  const kinds = new Uint8Array(count)
  const outside = [...ofCell.keys()].filter((cell) => ofCell[cell] === 0)
  const soften = createSoftLight(grid)
  const activity = createActivity(grid, cells, sharp)
  const standOut = createStandOut(grid, zones)
  const everywhere = { left: 0, top: 0, right: columns - 1, bottom: rows - 1 }
  let background: Background | undefined
  let learnUntil = 0
  let last = 0
  /** Of the last three frames, newest first: 1 where something moved or came all at once. */
  let recent = [0, 0, 0]

  const judgeComponent = (component: Component, { mean, stray }: Background): MotionBox["kind"] | "sudden" => {
    const { cells: members } = component
    if (!activity.isLitTooLong(component, last)) {
      if (isLightPatch(component, standOut.kept, cells, mean, stray, columns)) {
        activity.rebase(component, last, true)
        return "light"
      }
      if (activity.isAftermath(component, last, true)) return "light"
    }
    const isFresh = members.filter((cell) => keptBefore[cell] === 0).length > members.length * 0.7
    const changed = activity.count(component, standOut.limits, "lately")
    // What comes, or goes, all at once may be a lamp: it has to move on from there. A second one elsewhere has moved.
    const atOnce = isFresh || (changed >= 3 && activity.count(component, standOut.limits, "last frame") > changed * 0.7)
    if (atOnce && (recent[0] === 0 || (isFresh && activity.isAftermath(component, last, false)))) {
      activity.rebase(component, last, false)
      return "sudden"
    }
    return changed >= Math.max(3, members.length * 0.04) ? "moving" : "stationary"
  }

  /** Finds the things, tells what each is, and marks its cells so. */
  const sort = (background: Background, boxes: MotionBox[]) => {
    // `noise` is `still` and one more, as the mask is 0 or 1.
    kinds.set(standOut.mask)
    for (const cell of outside) kinds[cell] = ignored
    let sudden = false
    let movingCells = 0
    for (const component of findComponents(standOut.kept, grid, seen)) {
      const { cells: members, left, top, right, bottom } = component
      // A thing is in the zone of the middle of its cells.
      const zone = ofCell[members[members.length >> 1]!]! - 1
      if (members.length < thresholds[zone]!.cells) continue
      const what = judgeComponent(component, background)
      if (what === "moving") movingCells = Math.max(movingCells, members.length)
      if (what === "sudden") sudden = true
      const shown = what === "sudden" ? "moving" : what
      for (const cell of members) kinds[cell] = cellKinds.indexOf(shown)
      boxes.push({
        kind: shown,
        x: (left * cellPixels) / width,
        y: (top * cellPixels) / height,
        width: ((right - left + 1) * cellPixels) / width,
        height: ((bottom - top + 1) * cellPixels) / height,
        cells: members.length,
        ...(names[zone] !== undefined && { zone: names[zone] }),
      })
    }
    return { movingCells, sudden }
  }

  return {
    width,
    height,
    judge(luma, stride, timestamp) {
      shrinkLuma(luma, stride, grid, cells)
      const boxes: MotionBox[] = []
      if (!background) {
        background = new Background(cells)
        learnUntil = timestamp + learnMs * 1000
        last = timestamp
      } else if (timestamp <= last) throw new RangeError(`Cannot look at frame: ${timestamp} is not after ${last}`)
      const seconds = Math.min(2, (timestamp - last) / 5e5)
      last = timestamp

      // What is still learned about would not fit: it takes the light as it comes.
      const { light, share } = timestamp <= learnUntil ? { light: unchanged, share: 1 } : fitLight(cells, background)
      const { gain, offset } = light
      background.compare(cells, light, difference)
      soften(difference, sharp)
      if (Math.abs(gain - 1) > jumpGain || Math.abs((gain - 1) * 128 + offset) > jumpLevels)
        activity.rebase(everywhere, timestamp, false)
      const standing = standOut.find(sharp, difference, background.stray, gain)
      let reason: MotionReason = "still"
      if (timestamp <= learnUntil) {
        reason = "learning"
        kinds.fill(noise)
        background.learn(difference, sharp, kinds, true, seconds)
      } else if (share < leastShare || standing > count * sceneShare) {
        reason = "scene"
        learnUntil = timestamp + relearnMicroseconds
        background.mean.set(cells)
        kinds.fill(lit)
      } else {
        const { movingCells, sudden } = sort(background, boxes)
        const [first = 0, second = 0, third = 0] = recent
        recent = [movingCells > 0 || sudden ? 1 : 0, first, second]
        const before = movingCells < plainCells ? first + second + third - 1 : first + second
        if (movingCells > 0 && before > 0) reason = "motion"
        else if (movingCells > 0 || sudden) reason = "confirming"
        else if (boxes.some((box) => box.kind === "stationary")) reason = "stationary"
        else if (boxes.length > 0) reason = "light"
        background.learn(difference, sharp, kinds, false, seconds)
      }
      activity.remember(timestamp)
      keptBefore.set(standOut.kept)
      return { motion: reason === "motion", reason, timestamp, boxes, light, grid, cells: kinds }
    },
  }
}
