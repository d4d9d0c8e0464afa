/** Work that is done one after the other, in the order in which it came up. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /** Does it when everything before is done, whether that went well or not. */
  async take<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work)
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    )
    return await turn
  }
}
