import { Activity } from "./activity.ts"
import { Background } from "./background.ts"
import { despeckle, findComponents, type Component } from "./components.ts"
import { fitLight, type LightFit } from "./light-fit.ts"
import { isLightPatch } from "./light-patch.ts"
import { gridOf, shrinkLuma, type GridSize } from "./luma-grid.ts"
import { poolNine } from "./pool.ts"
import { defaultSensitivity, thresholdsOf } from "./sensitivity.ts"
import { createSoftLight } from "./soft-light.ts"
import type { MotionBox, MotionReason, MotionVerdict } from "./verdict.ts"
import { checkZones, mapZones, type MotionZone, type ZoneMap } from "./zones.ts"

/** How a frame lies in the bytes that are pushed. */
export interface LumaLayout {
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** Bytes from one row to the next; the width when absent. */
  readonly stride?: number | undefined
  /** Microseconds, as of a VideoFrame; must rise. */
  readonly timestamp: number
}

export interface MotionDetectorOptions {
  /** 1 to 10, default 6. */
  readonly sensitivity?: number | undefined
  readonly zones?: readonly MotionZone[] | undefined
  /** How long it learns a new scene before it speaks, in milliseconds. Default 2000. */
  readonly learnMs?: number | undefined
}

export interface MotionDetector {
  /**
   * Judges the next frame. Three to thirty frames a second will do; ten is a good number.
   * @param luma - The Y plane of a frame; read, not kept. A frame of another size starts the learning anew.
   * @throws RangeError when the bytes are fewer than the layout says, or time does not rise
   */
  push(luma: Uint8Array, layout: LumaLayout): MotionVerdict
}

const kind = { still: 0, noise: 1, moving: 2, stationary: 3, light: 4, ignored: 5 } as const

const sameLight = { gain: 1, offset: 0 } as const

/** Above this share of cells that stand out there is nothing left to compare with. */
const sceneShare = 0.5

/** Nor where so few cells are what any change of light makes of the background. */
const leastShare = 0.45

/** A frame whose light is so much unlike the one before shows nothing of what moved since. */
const jump = { gain: 0.15, levels: 12 } as const

/** From this share of cells on whose noise, not the least level, decides, the picture is a noisy one. */
const noisyShare = 0.25

/** The mean of nine cells of white noise strays by a third of what one does; things in the picture add to that. */
const whiteShare = 0.42

/** Nine cells together have to differ by this share of what one alone has to. White noise would allow a third. */
const pooledShare = 0.55

/** A thing of fewer cells has to move in three of four frames, others in two of three. */
const plainCells = 16

/** After a change of scene, in microseconds. */
const relearnMicroseconds = 600_000

/**
 * Tells motion from changes of light, noise, a shaking camera, and things that stay where they are. Pure: the same
 * frames give the same verdicts in every engine.
 *
 * @example
 * ```ts
 * const detector = createMotionDetector({ sensitivity: 6, learnMs: 0 })
 * const picture = new Uint8Array(160 * 90).fill(90)
 * const verdict = detector.push(picture, { width: 160, height: 90, timestamp: 0 })
 * assert.equal(verdict.reason, "learning")
 * ```
 */
export function createMotionDetector(options: MotionDetectorOptions = {}): MotionDetector {
  const { sensitivity = defaultSensitivity, zones = [], learnMs = 2000 } = options
  thresholdsOf(sensitivity)
  checkZones(zones)
  let scene: Scene | undefined
  return {
    push(luma, layout) {
      const { width, height, stride = width, timestamp } = layout
      if (stride < width || luma.length < stride * (height - 1) + width)
        throw new RangeError(`Cannot look at frame: ${luma.length} bytes for ${width} x ${height}`)
      if (!scene?.fits(width, height)) {
        const grid = gridOf(width, height)
        scene = new Scene(width, height, grid, mapZones(zones, sensitivity, grid), learnMs * 1000)
      }
      shrinkLuma(luma, stride, scene.grid, scene.cells)
      return scene.judge(timestamp)
    },
  }
}

class Scene {
  readonly grid: GridSize
  readonly cells: Float32Array
  readonly #width: number
  readonly #height: number
  readonly #zones: ZoneMap
  readonly #difference: Float32Array
  readonly #sharp: Float32Array
  readonly #limits: Float32Array
  readonly #across: Float32Array
  readonly #pooled: Float32Array
  readonly #mask: Uint8Array
  readonly #kept: Uint8Array
  readonly #keptBefore: Uint8Array
  readonly #seen: Uint8Array
  readonly #kinds: Uint8Array
  readonly #soften: (difference: Float32Array, sharp: Float32Array) => void
  readonly #activity: Activity
  readonly #everywhere: Pick<Component, "left" | "top" | "right" | "bottom">
  #background: Background | undefined
  #learnUntil = 0
  #last = 0
  readonly #learnMicroseconds: number
  /** Of the last four frames, oldest first: 1 where something moved or came all at once. */
  readonly #recent: [number, number, number, number] = [0, 0, 0, 0]

  constructor(width: number, height: number, grid: GridSize, zones: ZoneMap, learnMicroseconds: number) {
    const count = grid.columns * grid.rows
    this.grid = grid
    this.#width = width
    this.#height = height
    this.#zones = zones
    this.cells = new Float32Array(count)
    this.#difference = new Float32Array(count)
    this.#sharp = new Float32Array(count)
    this.#limits = new Float32Array(count)
    this.#across = new Float32Array(count)
    this.#pooled = new Float32Array(count)
    this.#mask = new Uint8Array(count)
    this.#kept = new Uint8Array(count)
    this.#keptBefore = new Uint8Array(count)
    this.#seen = new Uint8Array(count)
    this.#kinds = new Uint8Array(count)
    this.#soften = createSoftLight(grid)
    this.#activity = new Activity(grid)
    this.#everywhere = { left: 0, top: 0, right: grid.columns - 1, bottom: grid.rows - 1 }
    this.#learnMicroseconds = learnMicroseconds
  }

  fits(width: number, height: number): boolean {
    return this.#width === width && this.#height === height
  }

  judge(timestamp: number): MotionVerdict {
    const { cells, grid } = this
    if (!this.#background) {
      this.#background = new Background(grid, cells)
      this.#learnUntil = timestamp + this.#learnMicroseconds
      this.#last = timestamp
      return this.#verdict("learning", false, timestamp, [], { gain: 1, offset: 0, shiftX: 0, shiftY: 0 })
    }
    const background = this.#background
    if (timestamp <= this.#last) throw new RangeError(`Cannot look at frame: ${timestamp} is not after ${this.#last}`)
    const seconds = Math.min(1, (timestamp - this.#last) / 1e6)
    this.#last = timestamp

    const { light, share } = fitLight(cells, background, grid)
    background.compare(cells, light, this.#difference)
    this.#soften(this.#difference, this.#sharp)
    this.#activity.relight(light)
    if (Math.abs(light.gain - 1) > jump.gain || Math.abs((light.gain - 1) * 128 + light.offset) > jump.levels)
      this.#activity.rebase(this.#everywhere, cells, this.#sharp, timestamp)
    const standing = this.#mark(background, light)
    const boxes: MotionBox[] = []
    let reason: MotionReason = "still"
    let motion = false
    if (timestamp <= this.#learnUntil) {
      reason = "learning"
      this.#kinds.fill(kind.noise)
    } else if (share < leastShare || standing > grid.columns * grid.rows * sceneShare) {
      reason = "scene"
      this.#learnUntil = timestamp + relearnMicroseconds
      background.mean.set(cells)
      this.#kinds.fill(kind.light)
    } else {
      const found = this.#sort(background, boxes)
      this.#recent.shift()
      this.#recent.push(found.movingCells > 0 || found.sudden ? 1 : 0)
      const [third, second, first] = this.#recent
      const before = found.movingCells >= plainCells ? first + second : first + second + third - 1
      motion = found.movingCells > 0 && before >= 1
      if (motion) reason = "motion"
      else if (found.movingCells > 0 || found.sudden) reason = "confirming"
      else if (boxes.some((box) => box.kind === "stationary")) reason = "stationary"
      else if (boxes.length > 0) reason = "light"
    }
    this.#learn(background, light, reason, seconds)
    this.#activity.remember(this.cells, this.#sharp, timestamp)
    this.#keptBefore.set(this.#kept)
    return this.#verdict(reason, motion, timestamp, boxes, light)
  }

  /** Sets the cells that stand out from the background, and says how many stay after single ones are dropped. */
  #mark(background: Background, light: LightFit): number {
    const { ofCell, thresholds } = this.#zones
    const [limits, mask, sharps, differences] = [this.#limits, this.#mask, this.#sharp, this.#difference]
    const { stray } = background
    const stretch = 1.25 * Math.max(1, light.gain)
    const deviations = Float64Array.from(thresholds, (each) => each.deviations * stretch)
    const levels = Float64Array.from(thresholds, (each) => each.levels)
    let noisy = 0
    for (let cell = 0; cell < ofCell.length; cell++) {
      const zone = ofCell[cell]!
      const index = zone === 0 ? 0 : zone - 1
      const least = levels[index]!
      let limit = deviations[index]! * stray[cell]!
      if (limit > least) noisy++
      else limit = least
      limits[cell] = limit
      mask[cell] = 0
      // Rarely true, and asked first: the signs of noise are no branch that a processor can guess.
      if (Math.abs(sharps[cell]!) <= limit || zone === 0) continue
      const sharp = sharps[cell]!
      const difference = differences[cell]!
      if (sharp > 0 ? difference > limit : difference < -limit) mask[cell] = 1
    }
    if (noisy > ofCell.length * noisyShare) this.#markPooled(levels)
    return despeckle(mask, this.grid, this.#kept)
  }

  /**
   * In noise: also sets the cells that stand out together with those around them. Only where the noise is white, as a
   * sensor's is: a mean takes nothing away from what compression, shaking and swaying do.
   */
  #markPooled(levels: Float64Array): void {
    const { ofCell } = this.#zones
    const [limits, mask, sharps, differences] = [this.#limits, this.#mask, this.#sharp, this.#difference]
    const pooledAll = this.#pooled
    poolNine(sharps, this.grid, this.#across, pooledAll)
    let [alone, together] = [0, 0]
    for (let cell = 0; cell < ofCell.length; cell += 3) {
      if (Math.abs(sharps[cell]!) > limits[cell]!) continue
      alone += Math.abs(sharps[cell]!)
      together += Math.abs(pooledAll[cell]!)
    }
    if (together > alone * whiteShare) return
    for (let cell = 0; cell < ofCell.length; cell++) {
      const zone = ofCell[cell]!
      if (zone === 0) continue
      const pooled = pooledAll[cell]!
      const limit = Math.max(levels[zone - 1]!, limits[cell]! * pooledShare)
      if (Math.abs(pooled) <= limit) continue
      const whole = pooled + differences[cell]! - sharps[cell]!
      if (pooled > 0 ? whole > limit : whole < -limit) mask[cell] = 1
    }
  }

  /** Finds the things, tells what each is, and marks its cells so. */
  #sort(background: Background, boxes: MotionBox[]): { movingCells: number; sudden: boolean } {
    const { ofCell } = this.#zones
    const [kinds, mask] = [this.#kinds, this.#mask]
    // `noise` is `still` and one more, as `mask` is 0 or 1.
    for (let cell = 0; cell < kinds.length; cell++) kinds[cell] = ofCell[cell] === 0 ? kind.ignored : mask[cell]!
    let sudden = false
    let movingCells = 0
    for (const component of findComponents(this.#kept, this.grid, this.#seen)) {
      const zone = this.#zoneOf(component)
      if (component.cells.length < this.#zones.thresholds[zone]!.cells) continue
      const what = this.#judgeComponent(component, background)
      if (what === "moving") movingCells = Math.max(movingCells, component.cells.length)
      if (what === "sudden") sudden = true
      const shown = what === "sudden" ? "moving" : what
      for (const cell of component.cells) this.#kinds[cell] = kind[shown]
      boxes.push(this.#box(component, shown, this.#zones.names[zone]))
    }
    return { movingCells, sudden }
  }

  #judgeComponent(component: Component, background: Background): "moving" | "sudden" | "stationary" | "light" {
    const { cells: members } = component
    const activity = this.#activity
    if (!activity.isLitTooLong(component, this.#last)) {
      if (isLightPatch(component, this.#kept, this.cells, background.expected, background.stray, this.grid.columns)) {
        activity.rebase(component, this.cells, this.#sharp, this.#last)
        activity.light(component, this.#last)
        return "light"
      }
      if (activity.isLit(component, this.#last)) return "light"
    }
    let fresh = 0
    for (const cell of members) fresh += 1 - this.#keptBefore[cell]!
    const count = (since: "lately" | "last frame") =>
      activity.count(component, this.cells, this.#sharp, this.#limits, since)
    const changed = count("lately")
    // What comes, or goes, all at once may be a lamp: it has to move on from there. A second one elsewhere has moved.
    const atOnce = fresh > members.length * 0.7 || (changed >= 3 && count("last frame") > changed * 0.7)
    if (
      atOnce &&
      (this.#recent[3] === 0 || (fresh > members.length * 0.7 && activity.isAftermath(component, this.#last)))
    ) {
      activity.rebase(component, this.cells, this.#sharp, this.#last)
      return "sudden"
    }
    return changed >= Math.max(3, members.length * 0.04) ? "moving" : "stationary"
  }

  #learn(background: Background, light: LightFit, reason: MotionReason, seconds: number): void {
    if (reason === "scene") return
    const learning = reason === "learning"
    background.learn(this.cells, this.#sharp, learning ? sameLight : light, this.#kinds, learning, seconds)
  }

  /** Index into the zone map's thresholds of the zone that a thing, or the middle of its cells, is in. */
  #zoneOf({ cells }: Component): number {
    return this.#zones.ofCell[cells[cells.length >> 1]!]! - 1
  }

  #box({ left, right, top, bottom, cells }: Component, kind: MotionBox["kind"], zone: string | undefined): MotionBox {
    const { cellPixels } = this.grid
    const x = (left * cellPixels) / this.#width
    const y = (top * cellPixels) / this.#height
    const width = ((right - left + 1) * cellPixels) / this.#width
    const height = ((bottom - top + 1) * cellPixels) / this.#height
    return { kind, x, y, width, height, cells: cells.length, ...(zone !== undefined && { zone }) }
  }

  #verdict(
    reason: MotionReason,
    motion: boolean,
    timestamp: number,
    boxes: readonly MotionBox[],
    light: LightFit,
  ): MotionVerdict {
    return { motion, reason, timestamp, boxes, light, grid: this.grid, cells: this.#kinds }
  }
}
