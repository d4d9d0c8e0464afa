import type { SequencePosition } from "@darkslide/capture"
import { toBase64Url } from "@darkslide/crypto"
import type { BrowserMemory, SequenceState } from "../account/browser-memory.ts"

const start: SequenceState = { seq: 0, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] }

/** What took a number. */
export interface TakenNumber {
  readonly captureId: string
  readonly recordHash: string
}

/**
 * Hands out a device's numbers, each once: a Web Lock keeps two tabs from taking the same, and a number is written down
 * before what carries it is kept anywhere else.
 *
 * A number stays open until its capture is on the server. One whose capture is neither there nor in the queue any more
 * (removed, or lost to a crash between the two) was given up: the next head says so, and nobody takes it for a deletion.
 */
export class DeviceSequence {
  readonly #memory: BrowserMemory
  readonly #locks: LockManager

  constructor(options: { memory: BrowserMemory; locks: LockManager }) {
    this.#memory = options.memory
    this.#locks = options.locks
  }

  /**
   * Takes the next number for what `work` seals and keeps. `work` calls `taken` between the two; when it throws, the
   * number is not taken. Until it ends no other tab takes one.
   * @param held - Tells which captures the queue has, by id.
   */
  async take<Result>(
    deviceId: string,
    held: () => Promise<ReadonlySet<string>>,
    work: (position: SequencePosition, taken: (what: TakenNumber) => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    return await this.#alone(deviceId, async (stored) => {
      const before = withoutLost(stored, stored.open?.length ? await held() : new Set())
      const { prevHash, skipped, open = [] } = before
      const seq = before.seq + 1
      const taken = async ({ captureId, recordHash }: TakenNumber) => {
        const next = { seq, prevHash: recordHash, skipped, open: [...open, { seq, captureId }] }
        await this.#memory.rememberSequence(deviceId, next)
      }
      try {
        return await work({ seq, prevHash, skipped }, taken)
      } catch (error) {
        await this.#memory.rememberSequence(deviceId, before)
        throw error
      }
    })
  }

  /** A capture is on the server, and with it the head that declared what was given up before. */
  async arrived(deviceId: string, captureId: string, declared: readonly number[]): Promise<void> {
    await this.#alone(deviceId, async (now) => {
      // A device that was signed out meanwhile takes no more numbers.
      if (now === start) return
      const skipped = now.skipped.filter((seq) => !declared.includes(seq))
      const open = now.open?.filter((each) => each.captureId !== captureId)
      await this.#memory.rememberSequence(deviceId, { ...now, skipped, open })
    })
  }

  /** The last number that was taken, and what it names: where a device ends. */
  async last(deviceId: string): Promise<{ readonly lastSeq: number; readonly lastHash: string }> {
    return await this.#alone(deviceId, async ({ seq, prevHash }) => ({ lastSeq: seq, lastHash: prevHash }))
  }

  async #alone<Result>(deviceId: string, work: (now: SequenceState) => Promise<Result>): Promise<Result> {
    return await this.#locks.request(`darkslide/sequence/${deviceId}`, async () => {
      return await work((await this.#memory.sequence(deviceId)) ?? start)
    })
  }
}

/** Open numbers that nobody holds any more become given-up ones. */
function withoutLost(state: SequenceState, held: ReadonlySet<string>): SequenceState {
  const lost = (state.open ?? []).filter(({ captureId }) => !held.has(captureId))
  return {
    ...state,
    skipped: [...state.skipped, ...lost.map(({ seq }) => seq)],
    open: (state.open ?? []).filter(({ captureId }) => held.has(captureId)),
  }
}
