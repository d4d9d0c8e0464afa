import { CaptureError } from "../errors.ts"
import { corruptItem, type QueueRow } from "./queue-item.ts"
import type { QueueStore } from "./queue-store.ts"

/**
 * A queue in this origin's IndexedDB, in a database of its own. An item and all its chunks are one transaction of strict
 * durability: after a crash it is there whole, or was never added.
 *
 * Two stores: `items` holds rows by id; `bytes` holds chunks by [id, index] and parts by [id, "parts"].
 * @param name - Tells several queues of one origin apart.
 */
export function indexedDbQueue(name = "uploads"): QueueStore {
  let opening: Promise<IDBDatabase> | undefined

  const database = (): Promise<IDBDatabase> => {
    opening ??= openDatabase(`darkslide-queue/${name}`, () => (opening = undefined)).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  const write = async <Result>(
    work: (items: IDBObjectStore, bytes: IDBObjectStore) => () => Result,
  ): Promise<Result> => {
    const db = await database()
    return await new Promise<Result>((resolve, reject) => {
      const transaction = db.transaction(["items", "bytes"], "readwrite", { durability: "strict" })
      const result = work(transaction.objectStore("items"), transaction.objectStore("bytes"))
      transaction.oncomplete = () => resolve(result())
      transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"))
    }).catch(refuse)
  }

  const read = async <Result>(store: "items" | "bytes", work: (store: IDBObjectStore) => IDBRequest<Result>) => {
    const db = await database()
    return await settled(work(db.transaction(store).objectStore(store)))
  }

  const readBytes = async (id: string, key: number | "parts"): Promise<unknown> => {
    try {
      return await read("bytes", (store) => store.get([id, key]))
    } catch (error) {
      // Large values lie in files beside the database: a lost one fails its own read and no other.
      if (error instanceof DOMException && ["DataError", "NotReadableError", "UnknownError"].includes(error.name))
        throw corruptItem(id, "its bytes are lost", error)
      return refuse(error)
    }
  }

  return {
    add: async ({ row, parts, chunks }) => {
      await write((items, bytes) => {
        items.add(row, row.id)
        bytes.put(parts, [row.id, "parts"])
        for (const [index, chunk] of chunks.entries()) bytes.put(chunk, [row.id, index])
        return () => undefined
      })
    },
    async rows() {
      const db = await database()
      const items = db.transaction("items").objectStore("items")
      const [ids, rows] = await Promise.all([settled(items.getAllKeys()), settled(items.getAll())]).catch(refuse)
      return ids.map((id, index) => ({ id: String(id), row: rows[index] as unknown }))
    },
    parts: (id) => readBytes(id, "parts"),
    chunk: readBytes,
    update: (id, change) =>
      write((items) => {
        let found = false
        const request = items.get(id) as IDBRequest<QueueRow | undefined>
        request.onsuccess = () => {
          const row = request.result
          found = row !== undefined
          if (row !== undefined) items.put({ ...row, ...change }, id)
        }
        return () => found
      }),
    remove: (id) =>
      write((items, bytes) => {
        items.delete(id)
        // Arrays sort after numbers and strings: every key that begins with this id.
        bytes.delete(IDBKeyRange.bound([id], [id, []]))
        return () => undefined
      }),
    async close() {
      const open = opening
      opening = undefined
      if (open) (await open).close()
    },
  }
}

async function openDatabase(name: string, onGone: () => void): Promise<IDBDatabase> {
  return await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore("items")
      request.result.createObjectStore("bytes")
    }
    request.onerror = () => reject(request.error ?? new DOMException("failed", "UnknownError"))
    request.onsuccess = () => {
      const db = request.result
      db.onclose = onGone
      db.onversionchange = () => {
        db.close()
        onGone()
      }
      resolve(db)
    }
  }).catch(refuse)
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new DOMException("failed", "UnknownError"))
  })
}

function refuse(cause: unknown): never {
  if (!(cause instanceof DOMException)) throw cause
  if (cause.name === "ConstraintError") throw new TypeError("Cannot add item: its id is queued already", { cause })
  if (cause.name === "QuotaExceededError")
    throw new CaptureError("CAPTURE_QUEUE_FULL", "Cannot queue: the browser has no room", { cause })
  throw new CaptureError("CAPTURE_QUEUE_UNAVAILABLE", `Cannot use the queue: ${cause.name}`, { cause })
}
