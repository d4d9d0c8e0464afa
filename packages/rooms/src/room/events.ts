import type { ConnectionState } from "../client/hub-session.ts"
import type { RoomsError } from "../errors.ts"
import type { Door } from "../membership/head.ts"
import type { Role } from "../membership/roles.ts"
import { EventFeed } from "./event-feed.ts"

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
  /** The role that they ask for. */
  readonly wish: Role
}

/** What happens in a room, in order. */
export type RoomEvent = Happening & {
  /** The room's sequence number of the message that brought it; of the last one before, where none did. */
  readonly seq?: number | undefined
}

type Happening =
  | { readonly type: "member_joined"; readonly member: RoomMember }
  /** `by`: who committed it; nobody can be removed unseen. */
  | { readonly type: "member_left"; readonly member: RoomMember; readonly by: RoomMember | undefined }
  /** The keys changed with the people. `code` is the same for everybody in the room. */
  | { readonly type: "epoch"; readonly epoch: bigint; readonly code: string }
  | { readonly type: "chat"; readonly from: RoomMember; readonly text: string }
  | { readonly type: "message"; readonly from: RoomMember; readonly kind: string; readonly value: unknown }
  /** What this member said to all took its place among what the others say: `kind` is `chat`, or that of `send`. */
  | { readonly type: "sent"; readonly kind: string; readonly value: unknown }
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

/** The events of one room, numbered. */
export class RoomEvents extends EventFeed<RoomEvent> {
  /** The sequence number that events get from now on. */
  position = 0

  constructor() {
    super("closed")
  }

  override emit(event: RoomEvent): void {
    super.emit({ ...event, seq: this.position })
  }
}
