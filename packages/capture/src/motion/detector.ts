import { gridOf } from "./luma-grid.ts"
import { createScene, type Scene } from "./scene.ts"
import { defaultSensitivity, thresholdsOf } from "./sensitivity.ts"
import type { MotionVerdict } from "./verdict.ts"
import { checkZones, mapZones, type MotionZone } from "./zones.ts"

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
      if (scene?.width !== width || scene.height !== height) {
        const grid = gridOf(width, height)
        scene = createScene({ width, height, grid, zones: mapZones(zones, sensitivity, grid), learnMs })
      }
      return scene.judge(luma, stride, timestamp)
    },
  }
}
