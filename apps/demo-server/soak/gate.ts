/** Lets requests through while the server lives, and knows when none is under way. */
export class Gate {
  #opened = Promise.withResolvers<void>()
  #open = false
  #underWay = 0
  #idle = Promise.withResolvers<void>()

  open(): void {
    this.#open = true
    this.#opened.resolve()
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#opened = Promise.withResolvers<void>()
  }

  /** Runs a request once the gate is open. */
  async pass<T>(request: () => Promise<T>): Promise<T> {
    while (!this.#open) await this.#opened.promise
    this.#underWay++
    try {
      return await request()
    } finally {
      this.#underWay--
      if (this.#underWay === 0) this.#idle.resolve()
    }
  }

  async idle(): Promise<void> {
    while (this.#underWay > 0) {
      this.#idle = Promise.withResolvers<void>()
      await this.#idle.promise
    }
  }
}
