import type { LightFit } from "./light-fit.ts"

/**
 * Seconds in which a cell takes over half of a change, by what it is (the order of `cellKinds`): its mean, and its stray
 * when that grows and when it shrinks. What stays or is lit tells nothing of noise.
 */
const never = Number.POSITIVE_INFINITY
const meanSeconds = [2.5, 2.5, 60, 4, 0.07, 2.5]
const noisierSeconds = [3, 3, 60, never, never, 3]
const quieterSeconds = [15, 15, 60, never, never, 15]
const learningSeconds = 0.8

/** What each cell looks like when nothing is there, and how far it strays from that by itself. */
export class Background {
  /** Levels, 0 to 255. */
  readonly mean: Float32Array
  /** Mean absolute deviation, levels. */
  readonly stray: Float32Array
  /** Of the last frame that was compared: what it would have been with nothing there. */
  readonly expected: Float32Array

  constructor(first: Float32Array) {
    this.mean = Float32Array.from(first)
    this.stray = new Float32Array(first.length).fill(2)
    this.expected = new Float32Array(first.length)
  }

  /** Writes into `difference` how `cells` differ from what this light makes of the background. */
  compare(cells: Float32Array, { gain, offset }: LightFit, difference: Float32Array): void {
    const { mean, expected } = this
    for (let cell = 0; cell < mean.length; cell++) {
      const value = Math.max(0, Math.min(255, gain * mean[cell]! + offset))
      expected[cell] = value
      difference[cell] = cells[cell]! - value
    }
  }

  /**
   * Moves the background into the light of this frame, and takes over a part of it, at each cell by what it is.
   * @param kinds - For each cell an index into `cellKinds`.
   * @param learning - All of it is taken over fast.
   * @param seconds - Since the frame before.
   */
  learn(
    cells: Float32Array,
    sharp: Float32Array,
    { gain, offset }: LightFit,
    kinds: Uint8Array,
    learning: boolean,
    seconds: number,
  ): void {
    const { mean, stray } = this
    const shares = (all: readonly number[]) =>
      Float64Array.from(all, (each) => seconds / (seconds + (learning ? learningSeconds : each)))
    const [means, noisier, quieter] = [shares(meanSeconds), shares(noisierSeconds), shares(quieterSeconds)]
    for (let cell = 0; cell < mean.length; cell++) {
      const kind = kinds[cell]!
      const value = Math.max(0, Math.min(255, gain * mean[cell]! + offset))
      mean[cell] = value + means[kind]! * (cells[cell]! - value)
      const noise = stray[cell]!
      // Without a branch on what is random: half of the guesses of the processor would be wrong.
      const more = Math.min(60, Math.abs(sharp[cell]!)) - noise
      stray[cell] = noise + noisier[kind]! * Math.max(0, more) + quieter[kind]! * Math.min(0, more)
    }
  }
}
