import { RoomsError } from "../../src/errors.ts"
import type { CallRoom } from "../../src/media/call-room.ts"
import type { RoomEvent } from "../../src/room/events.ts"
import { Room } from "../../src/room/room.ts"

/** A room as a changed client sees it: some of what happens does not reach its call. */
export function deafRoom(room: Room, isHeard: (event: RoomEvent) => boolean): CallRoom {
  // What a room says of itself ends with it; a changed client remembers it.
  let [members, self] = [room.members, room.self]
  return {
    get members() {
      return Room.engineOf(room).state.group ? (members = room.members) : members
    },
    get self() {
      return (self = room.members.find(({ isSelf }) => isSelf) ?? self)
    },
    get code() {
      return room.code
    },
    get keys() {
      return room.keys
    },
    async *events(options) {
      for await (const event of room.events(options)) if (isHeard(event)) yield event
      await new Promise<never>(() => {})
    },
    async send(...said) {
      try {
        await room.send(...said)
      } catch (error) {
        // A changed client goes on when it is no more heard.
        if (!(error instanceof RoomsError)) throw error
      }
    },
    hearEpoch: (heard) => room.hearEpoch(heard),
  }
}
