import type { ItemStore, NewItem, StoredItem } from "./item-store.ts"

interface HeldItem extends NewItem {
  readonly reads: number
}

/** Items in memory: they end with the process. */
export function memoryItems(): ItemStore {
  const rooms = new Map<string, Map<string, HeldItem>>()
  const living = (room: string, now: number): HeldItem[] =>
    [...(rooms.get(room)?.values() ?? [])].filter(({ expiresAt }) => expiresAt > now)

  function remove(room: string, id: string): void {
    const items = rooms.get(room)
    items?.delete(id)
    if (items?.size === 0) rooms.delete(room)
  }

  return {
    async put(room, item, { maxItems, maxBytes }) {
      const held = living(room, item.storedAt)
      const same = held.find(({ id }) => id === item.id)
      if (same) return isEqual(same.sealed, item.sealed) ? "stands" : "taken"
      const bytes = held.reduce((sum, { sealed }) => sum + sealed.length, item.sealed.length)
      if (held.length >= maxItems || bytes > maxBytes) return "full"
      const items = rooms.get(room) ?? new Map<string, HeldItem>()
      rooms.set(room, items.set(item.id, { ...item, sealed: item.sealed.slice(), reads: 0 }))
      return "stored"
    },
    async read(room, id, { now, counts }) {
      const item = living(room, now).find((held) => held.id === id)
      if (!item) return undefined
      const reads = item.reads + (counts ? 1 : 0)
      const readsLeft = item.maxReads - reads
      if (readsLeft <= 0) remove(room, id)
      else rooms.get(room)?.set(id, { ...item, reads })
      return { sealed: item.sealed.slice(), readsLeft }
    },
    async list(room, now) {
      return living(room, now).map(toStored)
    },
    async remove(room, id) {
      remove(room, id)
    },
    async clear(room) {
      rooms.delete(room)
    },
    async sweep(now) {
      for (const [room, items] of rooms)
        for (const { id, expiresAt } of items.values()) if (expiresAt <= now) remove(room, id)
    },
  }
}

function toStored({ id, sealed, storedAt, expiresAt, maxReads, reads }: HeldItem): StoredItem {
  return { id, bytes: sealed.length, storedAt, expiresAt, maxReads, reads }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}
