/** A frame that is earlier than its predecessor by more than this, in microseconds, has its time from another clock. */
const newClockUs = 1e6

/** Between two pictures of one moment, in microseconds: the least that every container can tell apart. */
const leastStepUs = 1000

/**
 * Times that only go forward, which is what encoders, files and players take for granted. Cameras and browsers do not
 * promise it: a camera that was late gives two frames for one moment, a frame may come after one that was made later, and
 * a clock may begin anew.
 */
export class FrameTimes {
  #lastUs = -Infinity
  /** The latest that came, before any was moved. */
  #cameUs = -Infinity
  #shiftUs = 0

  /** @returns the time of a frame that came with `timestampUs`; `undefined` for one that comes too late to be shown. */
  next(timestampUs: number): number | undefined {
    const at = timestampUs + this.#shiftUs
    if (at >= this.#cameUs) {
      this.#cameUs = at
      return (this.#lastUs = at > this.#lastUs ? at : this.#lastUs + leastStepUs)
    }
    if (this.#lastUs - at < newClockUs) return undefined
    // Nobody knows how long the clock stood: the next frame does, which comes by the new one.
    this.#shiftUs = this.#lastUs + 1 - timestampUs
    this.#cameUs = this.#lastUs += 1
    return this.#lastUs
  }
}
