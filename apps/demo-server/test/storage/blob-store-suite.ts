import { describe, expect, test } from "vitest"
import type { BlobStore } from "../../src/storage/blob-store.ts"

async function* chunks(...parts: readonly Uint8Array[]) {
  yield* parts
}

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251)
const bodyOf = async (body: ReadableStream<Uint8Array> | undefined) =>
  body === undefined ? undefined : new Uint8Array(await new Response(body).arrayBuffer())

/** What every blob store must do. `open` gives an empty one. */
export function blobStoreSuite(name: string, open: () => Promise<BlobStore>): void {
  describe(`blob store: ${name}`, () => {
    test("grows a blob in pieces and gives any range of it back", async () => {
      const blobs = await open()
      await blobs.create("a")
      expect(await blobs.stat("a")).toEqual({ bytes: 0, state: "partial" })
      expect(await blobs.append("a", 0, chunks(bytes.subarray(0, 10), bytes.subarray(10, 300)))).toBe(300)
      expect(await blobs.append("a", 300, chunks(bytes.subarray(300)))).toBe(1000)
      expect(await blobs.stat("a")).toEqual({ bytes: 1000, state: "partial" })
      await blobs.complete("a")
      await blobs.complete("a")
      expect(await blobs.stat("a")).toEqual({ bytes: 1000, state: "complete" })
      expect(await bodyOf(await blobs.read("a", { start: 0, end: 1000 }))).toEqual(bytes)
      expect(await bodyOf(await blobs.read("a", { start: 7, end: 8 }))).toEqual(bytes.subarray(7, 8))
    })

    test("gives large blobs back whole, and stops when the reader does", async () => {
      const blobs = await open()
      const large = new Uint8Array(700_001).map((_, index) => index % 253)
      await blobs.create("large")
      await blobs.append("large", 0, chunks(large))
      await blobs.complete("large")
      expect(await bodyOf(await blobs.read("large", { start: 1, end: large.length }))).toEqual(large.subarray(1))
      const reader = (await blobs.read("large", { start: 0, end: large.length }))?.getReader()
      await reader?.read()
      await reader?.cancel()
      await blobs.remove("large")
    })

    test("appends only where the blob ends, and once at a time", async () => {
      const blobs = await open()
      await blobs.create("a")
      await blobs.append("a", 0, chunks(bytes.subarray(0, 10)))
      await expect(blobs.append("a", 0, chunks(bytes))).rejects.toThrow(RangeError)
      await expect(blobs.append("a", 11, chunks(bytes))).rejects.toThrow(RangeError)
      const gate = Promise.withResolvers<void>()
      const slow = blobs.append(
        "a",
        10,
        (async function* () {
          yield bytes.subarray(10, 20)
          await gate.promise
        })(),
      )
      await expect(blobs.append("a", 10, chunks(bytes))).rejects.toThrow(RangeError)
      expect(await blobs.stat("a")).toEqual({ bytes: 10, state: "partial" })
      gate.resolve()
      expect(await slow).toBe(20)
    })

    test("keeps what arrived when the source breaks off", async () => {
      const blobs = await open()
      await blobs.create("a")
      const broken = (async function* () {
        yield bytes.subarray(0, 10)
        throw new Error("the line is cut")
      })()
      await expect(blobs.append("a", 0, broken)).rejects.toThrow("the line is cut")
      expect(await blobs.stat("a")).toEqual({ bytes: 10, state: "partial" })
    })

    test("lists and removes in either state, also what is not there", async () => {
      const blobs = await open()
      for (const id of ["a", "b"]) await blobs.create(id)
      await blobs.complete("b")
      expect((await blobs.list()).toSorted((one, other) => one.localeCompare(other))).toEqual(["a", "b"])
      for (const id of ["a", "b", "c"]) await blobs.remove(id)
      expect(await blobs.list()).toEqual([])
      expect(await blobs.stat("a")).toBeUndefined()
      expect(await blobs.read("b", { start: 0, end: 1 })).toBeUndefined()
    })

    test("takes a name once, and only plain names", async () => {
      const blobs = await open()
      await blobs.create("a")
      await expect(blobs.create("a")).rejects.toThrow()
      for (const name of ["", "..", "a/b", "a\\b", "a\0", "é", "a".repeat(65)]) {
        await expect(blobs.create(name)).rejects.toThrow(RangeError)
        await expect(blobs.stat(name)).rejects.toThrow(RangeError)
        await expect(blobs.remove(name)).rejects.toThrow(RangeError)
      }
    })
  })
}
