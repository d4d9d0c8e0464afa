import { indexedDbQueue, type QueueRow } from "@darkslide/capture/queue"
import { expect, test } from "vitest"
import { queueStoreSuite } from "./queue-store-suite.ts"

queueStoreSuite("indexedDbQueue()", async () => indexedDbQueue(crypto.randomUUID()))

test("two stores of one name see the same items; a deleted database is opened anew", async () => {
  const name = crypto.randomUUID()
  const [one, two] = [indexedDbQueue(name), indexedDbQueue(name)]
  const row: QueueRow = {
    v: 1,
    id: "a",
    state: "queued",
    bytes: 1,
    chunkBytes: 1,
    upload: null,
    sentBytes: 0,
    createdAt: 1,
    expiresAt: null,
    attempts: 0,
    nextAt: 0,
    failure: null,
  }
  await one.add({ row, parts: {}, chunks: [new Uint8Array([7])] })
  expect(await two.chunk("a", 0)).toEqual(new Uint8Array([7]))
  await new Promise((resolve) => (indexedDB.deleteDatabase(`darkslide-queue/${name}`).onsuccess = resolve))
  expect(await one.rows()).toEqual([])
  expect(await two.update("a", { attempts: 1 })).toBe(false)
})
