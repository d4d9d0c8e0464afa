/** A code is dead after so many wrong tries. */
export const maxCodeFailures = 5
/** A standing password is slowed: after each failure nobody is answered for a while, twice as long each time. */
const firstSlowMs = 1000
const longestSlowMs = 300_000

/** What opens the door by CPace: counted by the member who answers for it, never by the hub. */
export class DoorPassword {
  readonly password: string
  readonly way: "code" | "password"
  #failures = 0
  #slowUntil = 0

  constructor(password: string, way: "code" | "password") {
    this.password = password
    this.way = way
  }

  get failures(): number {
    return this.#failures
  }

  get isBurned(): boolean {
    return this.way === "code" && this.#failures >= maxCodeFailures
  }

  isSlowed(now: number): boolean {
    return now < this.#slowUntil
  }

  /** A run began: it counts as failed until it is proven. Who breaks off has had a guess all the same. */
  begin(now: number): void {
    this.#failures++
    if (this.way === "password")
      this.#slowUntil = now + Math.min(longestSlowMs, firstSlowMs * 2 ** Math.min(20, this.#failures - 1))
  }

  /** The run that began was right. A code is used up by it. */
  succeed(): void {
    this.#failures = this.way === "code" ? maxCodeFailures : this.#failures - 1
    this.#slowUntil = 0
  }

  /** What another member saw: a password's failures count over all who answer. */
  hear(failures: number, now: number): void {
    if (failures <= this.#failures) return
    this.#failures = failures - 1
    this.begin(now)
  }
}
