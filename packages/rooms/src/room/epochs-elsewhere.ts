import { roomCodeOf } from "../group/room-code.ts"
import { forked } from "./forked.ts"
import type { RoomsError } from "../errors.ts"
import type { RoomState } from "./room-state.ts"

/** How far the hub may be behind what members know elsewhere, in milliseconds. */
const withheldAfterMs = 2000

/** Compares our epoch with what members say of theirs where the hub has no part in it. */
export class EpochsElsewhere {
  readonly #state: RoomState
  readonly #onForked: (error: RoomsError) => void
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()

  constructor(state: RoomState, onForked: (error: RoomsError) => void) {
    this.#state = state
    this.#onForked = onForked
  }

  hear({ epoch, code }: { readonly epoch: bigint; readonly code: string }): void {
    const { group } = this.#state
    if (!group) return
    if (epoch === group.epoch && code !== roomCodeOf(group.authenticator))
      return this.#onForked(forked("another member is in another group"))
    if (epoch <= group.epoch) return
    this.#timers.add(
      setTimeout(() => {
        if ((this.#state.group?.epoch ?? epoch) < epoch) this.#onForked(forked("the hub withholds a commit"))
      }, withheldAfterMs),
    )
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
