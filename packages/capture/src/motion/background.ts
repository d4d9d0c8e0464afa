import type { LightFit } from "./light-fit.ts"

/**
 * Seconds in which a cell takes over half of a change, by what it is (the order of `cellKinds`): its mean, and its stray
 * when that grows. What stays or is lit tells nothing of noise.
 */
const never = Infinity
const meanSeconds = [2.5, 2.5, 60, 4, 0.07, 2.5]
const straySeconds = [3, 3, 60, never, never, 3]
const learningSeconds = 0.8

/** A stray shrinks so much more slowly than it grows. */
const shrinking = 0.2

/** What each cell looks like when nothing is there, and how far it strays from that by itself. */
export class Background {
  /** Levels, 0 to 255. */
  readonly mean: Float32Array
  /** Mean absolute deviation, levels. */
  readonly stray: Float32Array
  /** Whose turn it is to learn: cells of even number, or odd. */
  #turn = 0

  constructor(first: Float32Array) {
    this.mean = first.slice()
    this.stray = new Float32Array(first.length).fill(2)
  }

  /** Moves the background into this light, and writes into `difference` how `cells` differ from it. */
  compare(cells: Float32Array, { gain, offset }: LightFit, difference: Float32Array): void {
    const { mean } = this
    for (let cell = 0; cell < mean.length; cell++) {
      const value = Math.max(0, Math.min(255, gain * mean[cell]! + offset))
      mean[cell] = value
      difference[cell] = cells[cell]! - value
    }
  }

  /**
   * Takes over a part of this frame, at every other cell by what it is: those between have their turn with the next.
   * @param kinds - For each cell an index into `cellKinds`.
   * @param learning - All of it is taken over fast.
   * @param seconds - Since the frame before the last, when these cells had their turn.
   */
  learn(difference: Float32Array, sharp: Float32Array, kinds: Uint8Array, learning: boolean, seconds: number): void {
    const { mean, stray } = this
    const shares = (all: readonly number[]) =>
      all.map((each) => seconds / (seconds + (learning ? learningSeconds : each)))
    const means = shares(meanSeconds)
    const strays = shares(straySeconds)
    const held = learning ? 0 : (1 - shrinking) / 2
    this.#turn ^= 1
    for (let cell = this.#turn; cell < mean.length; cell += 2) {
      const kind = kinds[cell]!
      mean[cell]! += means[kind]! * difference[cell]!
      // `max(more, shrinking * more)` without a branch on what is random: a processor would guess half of them wrong.
      const more = Math.min(60, Math.abs(sharp[cell]!)) - stray[cell]!
      stray[cell]! += strays[kind]! * (more + held * (Math.abs(more) - more))
    }
  }
}
