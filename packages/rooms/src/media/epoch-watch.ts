import * as z from "zod/mini"
import type { CallRoom } from "./call-room.ts"

/** How long we may be behind what others say before we send nothing more, in milliseconds. */
const pauseAfterMs = 500

const schema = z.strictObject({
  epoch: z.string().check(z.regex(/^\d{1,19}$/u)),
  code: z.string().check(z.maxLength(64)),
})

/**
 * Compares epochs past the hub, over the people's own connections: whoever withholds a commit, or shows people different
 * ones, is found out. While we have no connection to the hub, it may be behind.
 */
export class EpochWatch {
  readonly #room: CallRoom
  readonly #onBehind: () => void
  #isConnected = true
  /** What was heard while there was no hub to compare it with. */
  readonly #waiting = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param onBehind - Told when others are in an epoch that did not come: nothing may be sent under the old one. */
  constructor(room: CallRoom, onBehind: () => void) {
    this.#room = room
    this.#onBehind = onBehind
  }

  /** What we say of our own epoch. */
  get word(): string {
    return JSON.stringify({ epoch: String(this.#room.keys.epoch), code: this.#room.code })
  }

  /** Of somebody else's. What is not of its shape is left aside: only the sender itself is served by it. */
  hear(word: string): void {
    const heard = readWord(word)
    if (!heard) return
    if (!this.#isConnected) {
      if (this.#waiting.size < 64) this.#waiting.add(word)
      return
    }
    this.#room.hearEpoch(heard)
    if (heard.epoch <= this.#room.keys.epoch) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#room.keys.epoch < heard.epoch) this.#onBehind()
    }, pauseAfterMs)
  }

  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected
    if (!isConnected) return
    const words = [...this.#waiting]
    this.#waiting.clear()
    for (const word of words) this.hear(word)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#isConnected = false
    this.#waiting.clear()
  }
}

function readWord(word: string): { readonly epoch: bigint; readonly code: string } | undefined {
  try {
    const { success, data } = z.safeParse(schema, JSON.parse(word))
    return success ? { epoch: BigInt(data.epoch), code: data.code } : undefined
  } catch {
    // No JSON: no word.
    return undefined
  }
}
