import { sqliteItems, sqliteLog } from "@darkslide/rooms/node"
import { createHub, logWithItems, runHub, type Hub, type ItemStore } from "@darkslide/rooms/server"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"

/** Rooms: the hub, and the sealed items of channels. */
export interface ServerRooms {
  readonly hub: Hub
  readonly items: ItemStore
  /** Says goodbye to everybody who is connected, and closes what was opened. */
  close(): void
}

export interface OpenRoomsOptions {
  /** The data folder: `rooms.sqlite` and `room-items/` are in it. Whoever calls this holds its lock. */
  readonly folder: string
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
  readonly onError: (error: unknown) => void
}

const sweepEveryMs = 60_000

/** A database of its own: the hub writes within its own transactions, beside those of the accounts. */
export function openRooms({ folder, now = Date.now, onError }: OpenRoomsOptions): ServerRooms {
  const database = new DatabaseSync(join(folder, "rooms.sqlite"), { timeout: 20 })
  database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on")
  const items = forgetting(sqliteItems(database, join(folder, "room-items")), database)
  const hub = createHub({ log: logWithItems(sqliteLog(database), items), now, onError })
  const stopHub = runHub(hub, { onError })
  const sweeping = setInterval(() => {
    items.sweep(now()).catch(onError)
  }, sweepEveryMs)
  sweeping.unref()
  return {
    hub,
    items,
    close() {
      clearInterval(sweeping)
      stopHub()
      database.close()
    },
  }
}

/** What is cleared leaves the write-ahead log too. */
function forgetting(items: ItemStore, database: DatabaseSync): ItemStore {
  return {
    ...items,
    async clear(room) {
      await items.clear(room)
      database.exec("pragma wal_checkpoint(truncate)")
    },
  }
}
