import { randomBytes } from "@darkslide/crypto"

interface Alias {
  readonly room: string
  /** The member who answers for it. */
  readonly issuer: number
  readonly until: number
}

const digits = 5

/** Short numbers that lead to rooms for a while: the public half of a code. */
export class Aliases {
  readonly #aliases = new Map<string, Alias>()

  /** `undefined` when too many are given out. */
  issue(room: string, issuer: number, until: number): string | undefined {
    for (let attempt = 0; attempt < 20; attempt++) {
      const alias = String(new DataView(randomBytes(4).buffer).getUint32(0) % 10 ** digits).padStart(digits, "0")
      if (this.#aliases.has(alias)) continue
      this.#aliases.set(alias, { room, issuer, until })
      return alias
    }
    return undefined
  }

  find(alias: string, now: number): Alias | undefined {
    const found = this.#aliases.get(alias)
    return found !== undefined && found.until > now ? found : undefined
  }

  /** Only who issued it takes it back. */
  drop(alias: string, room: string, issuer: number): void {
    const found = this.#aliases.get(alias)
    if (found?.room === room && found.issuer === issuer) this.#aliases.delete(alias)
  }

  tick(now: number): void {
    for (const [alias, { until }] of this.#aliases) if (until <= now) this.#aliases.delete(alias)
  }
}
