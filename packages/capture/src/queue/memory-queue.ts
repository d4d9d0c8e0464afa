import type { QueueRow } from "./queue-item.ts"
import type { QueueStore, StoredItem } from "./queue-store.ts"

/** A store that forgets everything when its page or process ends: for tests, and for hosts that keep nothing. */
export function memoryQueue(): QueueStore {
  const items = new Map<string, StoredItem>()
  return {
    async add(item) {
      const { id } = item.row
      if (items.has(id)) throw new TypeError("Cannot queue: id is taken")
      items.set(id, structuredClone(item))
    },
    rows: async () => [...items].map(([id, { row }]) => ({ id, row: { ...row } })),
    parts: async (id) => structuredClone(items.get(id)?.parts),
    chunk: async (id, index) => items.get(id)?.chunks[index]?.slice(),
    async update(id, change) {
      const item = items.get(id)
      if (!item) return false
      const row: QueueRow = { ...item.row, ...change }
      items.set(id, { ...item, row })
      return true
    },
    async remove(id) {
      items.delete(id)
    },
    async close() {},
  }
}
