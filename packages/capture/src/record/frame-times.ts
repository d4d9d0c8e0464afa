/** A frame that is earlier than its predecessor by more than this, in microseconds, has its time from another clock. */
const newClockUs = 1e6

/**
 * Times that only go forward, which is what encoders, files and players take for granted. Cameras and browsers do not
 * promise it: a frame may come twice, or after one that was made later, and a clock may begin anew.
 */
export class FrameTimes {
  #lastUs = -Infinity
  #shiftUs = 0

  /** @returns the time of a frame that came with `timestampUs`; `undefined` for one that comes too late to be shown. */
  next(timestampUs: number): number | undefined {
    const at = timestampUs + this.#shiftUs
    if (at > this.#lastUs) return (this.#lastUs = at)
    if (this.#lastUs - at < newClockUs) return undefined
    // Nobody knows how long the clock stood: the next frame does, which comes by the new one.
    this.#shiftUs = this.#lastUs + 1 - timestampUs
    return (this.#lastUs += 1)
  }
}
