import { CaptureError, type CaptureErrorCode } from "../errors.ts"
import type { QueueRow } from "./queue-item.ts"
import type { QueueStore } from "./queue-store.ts"

const stores = ["items", "bytes"] as const

/**
 * A queue in this origin's IndexedDB, in a database of its own. An item and all its chunks are one transaction of strict
 * durability: after a crash it is there whole, or was never added.
 *
 * Two stores: `items` holds rows by id; `bytes` holds chunks by [id, index] and parts by [id, "parts"].
 * @param name - Tells several queues of one origin apart.
 */
export function indexedDbQueue(name = "uploads"): QueueStore {
  let opening: Promise<IDBDatabase> | undefined
  const forget = () => (opening = undefined)

  /** `work` makes its requests at once; what it returns is asked when all of them have succeeded. */
  const transact = async <Result>(
    mode: IDBTransactionMode,
    work: (items: IDBObjectStore, bytes: IDBObjectStore) => () => Result,
  ): Promise<Result> => {
    try {
      const db = await (opening ??= openDatabase(`darkslide-queue/${name}`, forget))
      return await new Promise<Result>((resolve, reject) => {
        const transaction = db.transaction(stores, mode, { durability: "strict" })
        const result = work(transaction.objectStore("items"), transaction.objectStore("bytes"))
        transaction.oncomplete = () => resolve(result())
        transaction.onabort = () => reject(transaction.error)
      })
    } catch (cause) {
      const { name } = cause as Error
      if (name === "ConstraintError") throw new TypeError("Cannot queue: id is taken", { cause })
      throw new CaptureError(codes[name] ?? "CAPTURE_QUEUE_UNAVAILABLE", `Cannot use queue: ${name}`, { cause })
    }
  }
  const readBytes = (id: string, key: number | "parts") =>
    transact("readonly", (_, bytes) => {
      const request = bytes.get([id, key])
      return () => request.result as unknown
    })

  return {
    add: ({ row, parts, chunks }) =>
      transact("readwrite", (items, bytes) => {
        items.add(row, row.id)
        bytes.put(parts, [row.id, "parts"])
        chunks.forEach((chunk, index) => bytes.put(chunk, [row.id, index]))
        return () => undefined
      }),
    rows: () =>
      transact("readonly", (items) => {
        const [ids, rows] = [items.getAllKeys(), items.getAll()]
        return () => ids.result.map((id, index) => ({ id: String(id), row: rows.result[index] as unknown }))
      }),
    parts: (id) => readBytes(id, "parts"),
    chunk: readBytes,
    update: (id, change) =>
      transact("readwrite", (items) => {
        const request = items.get(id) as IDBRequest<QueueRow | undefined>
        request.onsuccess = () => request.result && items.put({ ...request.result, ...change }, id)
        return () => request.result !== undefined
      }),
    remove: (id) =>
      transact("readwrite", (items, bytes) => {
        items.delete(id)
        // Arrays sort after numbers and strings: every key that begins with this id.
        bytes.delete(IDBKeyRange.bound([id], [id, []]))
        return () => undefined
      }),
    async close() {
      const db = await opening
      forget()
      db?.close()
    },
  }
}

function openDatabase(name: string, onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      for (const store of stores) request.result.createObjectStore(store)
    }
    request.onerror = () => {
      onGone()
      reject(request.error)
    }
    request.onsuccess = () => {
      const db = request.result
      db.onclose = db.onversionchange = () => {
        onGone()
        db.close()
      }
      resolve(db)
    }
  })
}

/** Large values lie in files beside the database: a lost one fails its own read and no other. */
const codes: Readonly<Record<string, CaptureErrorCode>> = {
  QuotaExceededError: "CAPTURE_QUEUE_FULL",
  DataError: "CAPTURE_QUEUE_CORRUPT",
  NotReadableError: "CAPTURE_QUEUE_CORRUPT",
}
