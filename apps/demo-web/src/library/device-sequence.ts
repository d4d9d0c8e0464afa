import type { SequencePosition } from "@darkslide/capture"
import { toBase64Url } from "@darkslide/crypto"
import type { BrowserMemory, SequenceState } from "../account/browser-memory.ts"

const start: SequenceState = { seq: 0, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] }

/**
 * Hands out a device's numbers, each once: a Web Lock keeps two tabs from taking the same, and a number is written down
 * before what carries it leaves this browser.
 */
export class DeviceSequence {
  readonly #memory: BrowserMemory
  readonly #locks: LockManager

  constructor(options: { memory: BrowserMemory; locks: LockManager }) {
    this.#memory = options.memory
    this.#locks = options.locks
  }

  /** Takes the next number for what `seal` makes. A number whose sealing fails is not taken. */
  async take<Sealed extends { readonly recordHash: string }>(
    deviceId: string,
    seal: (position: SequencePosition) => Promise<Sealed>,
  ): Promise<{ readonly sealed: Sealed; readonly seq: number }> {
    return await this.#alone(deviceId, async (now) => {
      const seq = now.seq + 1
      const sealed = await seal({ seq, prevHash: now.prevHash, skipped: now.skipped })
      await this.#memory.rememberSequence(deviceId, { seq, prevHash: sealed.recordHash, skipped: now.skipped })
      return { sealed, seq }
    })
  }

  /** What carried this number is on the server, and with it the head that declared what was given up before. */
  async arrived(deviceId: string, declared: readonly number[]): Promise<void> {
    await this.#alone(deviceId, async (now) => {
      const skipped = now.skipped.filter((seq) => !declared.includes(seq))
      await this.#memory.rememberSequence(deviceId, { ...now, skipped })
    })
  }

  /** This number will never arrive: the next head says so, and nobody takes it for a deletion. */
  async giveUp(deviceId: string, seq: number): Promise<void> {
    await this.#alone(deviceId, async (now) => {
      await this.#memory.rememberSequence(deviceId, { ...now, skipped: [...now.skipped, seq] })
    })
  }

  async #alone<Result>(deviceId: string, work: (now: SequenceState) => Promise<Result>): Promise<Result> {
    return await this.#locks.request(`darkslide/sequence/${deviceId}`, async () => {
      return await work((await this.#memory.sequence(deviceId)) ?? start)
    })
  }
}
