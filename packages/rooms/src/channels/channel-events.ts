import type { ConnectionState } from "../client/hub-session.ts"
import type { RoomsError } from "../errors.ts"
import type { RoomMember } from "../room/events.ts"
import type { ItemType } from "./channel-message.ts"

/** A sealed picture that a member announced. */
export interface ChannelItem {
  readonly id: string
  /** Who announced it; they signed the hash of the sealed bytes. */
  readonly from: RoomMember
  readonly type: ItemType
  /** SHA-256 of the sealed bytes, base64url. */
  readonly hash: string
  /** How many they are. */
  readonly bytes: number
  /** Milliseconds since 1970, by this device's clock. */
  readonly expiresAt: number
  readonly maxReads: number
  /** The room's sequence number of the announcement. */
  readonly seq: number
}

/** What happens in a channel. */
export type ChannelEvent = ChannelHappening & Numbered

interface Numbered {
  /** The room's sequence number of the message that brought it, or of the last before it. */
  readonly seq: number
}

export type ChannelHappening =
  /** The first event of each subscription: who is here. */
  | { readonly type: "join"; readonly self: RoomMember; readonly members: readonly RoomMember[] }
  | { readonly type: "user_joined"; readonly member: RoomMember }
  | { readonly type: "user_left"; readonly member: RoomMember; readonly by: RoomMember | undefined }
  | { readonly type: "new_image"; readonly item: ChannelItem }
  /** `time`: its ttl is over. `reads`: it was read as often as it may be. `cleared`: a new session began. */
  | { readonly type: "item_expired"; readonly item: ChannelItem; readonly why: "time" | "reads" | "cleared" }
  | { readonly type: "role_changed"; readonly member: RoomMember }
  | { readonly type: "epoch_changed"; readonly epoch: bigint; readonly code: string }
  /** Somebody told the key that items are sealed to: what is posted from now on, they can open. */
  | { readonly type: "key_known"; readonly member: RoomMember }
  | ({ readonly type: "connection" } & ConnectionState)
  /** Something came that was not believed: a code of RoomsError. */
  | { readonly type: "refused"; readonly from: RoomMember | undefined; readonly code: string }
  /** The channel is over for this member. Nothing comes after it. */
  | { readonly type: "closed"; readonly error?: RoomsError | undefined }
