import type { Room } from "../room/room.ts"

/** What a call needs of a room: whose members are in it, their keys, and a way to talk that the hub cannot read. */
export type CallRoom = Pick<Room, "members" | "self" | "code" | "keys" | "events" | "send" | "hearEpoch">
