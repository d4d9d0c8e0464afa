import { createStore, del, get, set } from "idb-keyval"
import type { KeyValueStore } from "./browser-memory.ts"

/** The store of this origin in IndexedDB. */
export function indexedDbStore(): KeyValueStore {
  const store = createStore("darkslide", "memory")
  return {
    get: async (key) => await get<unknown>(key, store),
    set: async (key, value) => await set(key, value, store),
    delete: async (key) => await del(key, store),
  }
}
