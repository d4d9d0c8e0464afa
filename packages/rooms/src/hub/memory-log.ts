import type { Appended, LogEntry, RoomLog, RoomRecord } from "./room-log.ts"

interface HeldRoom {
  record: RoomRecord
  readonly entries: LogEntry[]
  last: number
  dropped: number
  readonly ids: Map<string, number>
  readonly slots: Set<string>
}

/** Rooms in memory: they end with the process. */
export function memoryLog(): RoomLog {
  const rooms = new Map<string, HeldRoom>()
  const removed = new Set<string>()
  return {
    async create(room, record) {
      if (rooms.has(room) || removed.has(room)) return false
      rooms.set(room, { record, entries: [], last: 0, dropped: 0, ids: new Map(), slots: new Set() })
      return true
    },
    async load(room) {
      return rooms.get(room)?.record
    },
    async replace(room, record, expectedSerial) {
      const held = rooms.get(room)
      if (held?.record.serial !== expectedSerial) return false
      held.record = record
      return true
    },
    async append(room, entry) {
      const held = rooms.get(room)
      return held ? appendTo(held, entry) : { kind: "no-room" }
    },
    async read(room, { after, limit }) {
      const held = rooms.get(room)
      if (!held) return []
      const start = Math.max(0, after - held.dropped)
      return held.entries.slice(start, start + limit)
    },
    async bounds(room) {
      const held = rooms.get(room)
      return { last: held?.last ?? 0, dropped: held?.dropped ?? 0 }
    },
    async drop(room, upTo) {
      const held = rooms.get(room)
      if (!held || upTo <= held.dropped) return
      const target = Math.min(upTo, held.last)
      for (const { from, id } of held.entries.splice(0, target - held.dropped)) held.ids.delete(`${from} ${id}`)
      held.dropped = target
    },
    async remove(room) {
      if (rooms.delete(room)) removed.add(room)
    },
    async wasRemoved(room) {
      return removed.has(room)
    },
  }
}

function appendTo(held: HeldRoom, entry: Omit<LogEntry, "seq">): Appended {
  const id = `${entry.from} ${entry.id}`
  const known = held.ids.get(id)
  if (known !== undefined) return { kind: "known", seq: known }
  if (entry.slot !== undefined && held.slots.has(entry.slot)) return { kind: "taken" }
  const seq = ++held.last
  held.entries.push({ ...entry, seq })
  held.ids.set(id, seq)
  if (entry.slot !== undefined) held.slots.add(entry.slot)
  return { kind: "added", seq }
}
