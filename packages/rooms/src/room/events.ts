import type { ConnectionState } from "../client/hub-session.ts"
import type { RoomsError } from "../errors.ts"
import type { Door } from "../membership/head.ts"
import type { Role } from "../membership/roles.ts"

/** A member, as others see it. */
export interface RoomMember {
  readonly leafIndex: number
  /** Key of this visit, base64url. */
  readonly leaf: string
  /** Key of the person, base64url: the same in every visit of somebody who keeps it. */
  readonly person: string
  /** Thirty digits of the person's key, to compare. */
  readonly fingerprint: string
  readonly name: string
  readonly role: Role
  readonly isSelf: boolean
  /** `verified`: compared before. `changed`: somebody of this name was verified under another key. */
  readonly trust: "verified" | "unverified" | "changed"
}

/** Somebody at the door, whom this member is asked about. */
export interface Knock {
  readonly id: number
  readonly name: string
  readonly person: string
  readonly fingerprint: string
  readonly trust: RoomMember["trust"]
  /** What they came with. */
  readonly way: "link" | "code" | "password"
}

/** What happens in a room, in order. */
export type RoomEvent =
  | { readonly type: "member_joined"; readonly member: RoomMember }
  /** `by`: who committed it; nobody can be removed unseen. */
  | { readonly type: "member_left"; readonly member: RoomMember; readonly by: RoomMember | undefined }
  /** The keys changed with the people. `code` is the same for everybody in the room. */
  | { readonly type: "epoch"; readonly epoch: bigint; readonly code: string }
  | { readonly type: "chat"; readonly from: RoomMember; readonly text: string }
  | { readonly type: "message"; readonly from: RoomMember; readonly kind: string; readonly value: unknown }
  | { readonly type: "role_changed"; readonly member: RoomMember }
  | { readonly type: "knock"; readonly knock: Knock }
  | { readonly type: "knock_gone"; readonly id: number }
  | {
      readonly type: "attempt_failed"
      readonly from: RoomMember
      readonly way: "code" | "password"
      readonly failures: number
      readonly burned: boolean
    }
  | {
      readonly type: "settings"
      readonly locked: boolean
      readonly door: Door
      /** Grows when the link is replaced. */
      readonly generation: number
    }
  | ({ readonly type: "connection" } & ConnectionState)
  /** Something came that was not believed, and changed nothing: a code of RoomsError. */
  | { readonly type: "ignored"; readonly code: string }
  /** The room is over for this member; without an error it was left. Nothing comes after it. */
  | { readonly type: "closed"; readonly error?: RoomsError | undefined }

const maxQueued = 1000

/** Hands events to any number of readers, each with a queue of its own: of more than 1,000 the oldest are left out. */
export class RoomEvents {
  readonly #readers = new Set<(event: RoomEvent) => void>()
  #closed: RoomEvent | undefined

  emit(event: RoomEvent): void {
    if (this.#closed) return
    if (event.type === "closed") this.#closed = event
    for (const reader of [...this.#readers]) reader(event)
  }

  /** Events from this call on; ends after `closed`, or with the signal. Read it to its end, or return from it. */
  read(signal?: AbortSignal): AsyncGenerator<RoomEvent, void> {
    const reader = new Reader(this.#closed)
    this.#readers.add(reader.push)
    return reader.drain(signal, () => this.#readers.delete(reader.push))
  }
}

class Reader {
  readonly #queue: RoomEvent[]
  #wake = (): void => {}

  constructor(first: RoomEvent | undefined) {
    this.#queue = first ? [first] : []
  }

  readonly push = (event: RoomEvent): void => {
    this.#queue.push(event)
    if (this.#queue.length > maxQueued) this.#queue.shift()
    this.#wake()
  }

  async *drain(signal: AbortSignal | undefined, onEnd: () => void): AsyncGenerator<RoomEvent, void> {
    const onAbort = (): void => this.#wake()
    signal?.addEventListener("abort", onAbort)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const event = this.#queue.shift()
        if (event) {
          yield event
          if (event.type === "closed") return
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
      }
    } finally {
      signal?.removeEventListener("abort", onAbort)
      onEnd()
    }
  }
}
