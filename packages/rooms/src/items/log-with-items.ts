import type { RoomLog } from "../hub/room-log.ts"
import type { ItemStore } from "./item-store.ts"

/** A room log whose removed rooms take their items with them: when an owner clears a room, or its time is over. */
export function logWithItems(log: RoomLog, items: ItemStore): RoomLog {
  return {
    ...log,
    async remove(room) {
      await log.remove(room)
      await items.clear(room)
    },
  }
}
