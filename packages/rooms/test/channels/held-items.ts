import type { ItemTransport } from "../../src/channels/item-transport.ts"
import { RoomsError } from "../../src/errors.ts"
import type { Hub } from "../../src/hub/hub.ts"
import type { ItemStore } from "../../src/items/item-store.ts"

/** A server's items, reached without a network: asks the hub for passes as the routes of a server do. */
export function heldItems(
  store: ItemStore,
  options: { readonly hub: Hub; readonly room: string; readonly pass: () => string; readonly now: () => number },
): ItemTransport {
  const { room, now } = options
  const visitor = () => {
    const found = options.hub.visitor(room, options.pass())
    if (!found) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot use items: not in the room")
    return found
  }
  const requireMember = (): void => {
    if (visitor().watches) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot change items: only listening")
  }
  return {
    async put({ id, sealed, ttlMs, maxReads }) {
      requireMember()
      const item = { id, sealed, maxReads, storedAt: now(), expiresAt: now() + ttlMs }
      const put = await store.put(room, item, { maxItems: 50, maxBytes: 50 << 20 })
      if (put === "full") throw new RoomsError("ROOMS_LIMIT_EXCEEDED", "Cannot store item: full")
      if (put === "taken") throw new RoomsError("ROOMS_FORBIDDEN", "Cannot store item: taken")
    },
    async get(id, { maxBytes }) {
      const read = await store.read(room, id, { now: now(), counts: !visitor().watches })
      if (read && read.sealed.length > maxBytes) throw new RoomsError("ROOMS_FORGED", "Cannot read item: too long")
      return read && { sealed: read.sealed.slice(), readsLeft: read.readsLeft }
    },
    async has(id) {
      visitor()
      return (await store.list(room, now())).some((item) => item.id === id)
    },
    async list() {
      visitor()
      return await store.list(room, now())
    },
    async clear() {
      requireMember()
      await store.clear(room)
    },
  }
}
