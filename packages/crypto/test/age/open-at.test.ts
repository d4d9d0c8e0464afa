import { mkdtemp, open as openFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  chunkList,
  chunkListHash,
  fileHandleSource,
  generateKeyPair,
  nobleAead,
  openAt,
  rangeResponse,
  seal,
  splitFile,
  type RandomAccessSource,
} from "@darkslide/crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

const me = generateKeyPair()
const refused = { code: "CRYPTO_AUTHENTICATION_FAILED" }

function pattern(size: number): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * 7 + (i >> 8)) & 0xff)
}

/** Counts what is read, and lets a test change it. */
function watched(bytes: Uint8Array): RandomAccessSource & { readonly reads: [number, number][] } {
  const reads: [number, number][] = []
  return {
    reads,
    size: bytes.length,
    async read(offset, length) {
      reads.push([offset, length])
      return bytes.slice(offset, offset + length)
    },
  }
}

describe("openAt()", () => {
  test("reads any range of any size, as opening all of it would", async () => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001]
    for (const size of sizes) {
      const plaintext = pattern(size)
      const file = await openAt(await seal(plaintext, { to: [me.recipient] }), { with: [me] })
      expect(file.size).toBe(size)
      await fc.assert(
        fc.asyncProperty(fc.nat(size + 10), fc.nat(size + 10), async (offset, length) => {
          const read = await file.read(offset, length)
          expect(Buffer.compare(read, plaintext.subarray(offset, offset + length))).toBe(0)
        }),
        { numRuns: 25 },
      )
    }
  })

  test("works over bytes, a Blob and a file, on every backend", async () => {
    const plaintext = pattern(150_000)
    const sealed = await seal(plaintext, { to: [me.recipient] })
    const folder = await mkdtemp(join(tmpdir(), "darkslide-open-at-"))
    await writeFile(join(folder, "file.age"), sealed)
    const handle = await openFile(join(folder, "file.age"))
    try {
      for (const source of [sealed, new Blob([new Uint8Array(sealed)]), await fileHandleSource(handle)])
        for (const aead of [undefined, nobleAead]) {
          const file = await openAt(source, { with: [me], aead })
          expect(Buffer.compare(await file.read(65_000, 2000), plaintext.subarray(65_000, 67_000))).toBe(0)
        }
    } finally {
      await handle.close()
      await rm(folder, { recursive: true })
    }
  })

  test("reads the header and the last chunk first, then only the chunks that it needs, and none twice", async () => {
    const source = watched(await seal(pattern(1_000_000), { to: [me.recipient] }))
    const file = await openAt(source, { with: [me] })
    expect(source.reads.reduce((sum, [, length]) => sum + length, 0)).toBeLessThanOrEqual(65_552 + 1024)
    source.reads.length = 0
    await file.read(900_000, 65_536)
    expect(source.reads).toHaveLength(1)
    expect(source.reads[0]?.[1]).toBe(2 * 65_552)
    source.reads.length = 0
    await file.read(965_536, 1000)
    expect(source.reads).toHaveLength(0)
  })

  test("refuses a file that was cut or lengthened before it gives anything", async () => {
    const sealed = await seal(pattern(200_000), { to: [me.recipient] })
    const { header } = splitFile(sealed)
    for (const length of [sealed.length - 1, sealed.length - 20_000, header.length + 16 + 65_552, header.length + 5])
      await expect(openAt(sealed.slice(0, length), { with: [me] })).rejects.toMatchObject({
        code: expect.stringMatching(/^CRYPTO_(AUTHENTICATION_FAILED|MALFORMED)$/) as string,
      })
    await expect(openAt(Buffer.concat([sealed, Buffer.alloc(65_552)]), { with: [me] })).rejects.toMatchObject(refused)
  })

  test("refuses the chunk that was changed, and only that one", async () => {
    const sealed = await seal(pattern(300_000), { to: [me.recipient] })
    const at = splitFile(sealed).header.length + 16 + 65_552 + 100
    sealed[at] = (sealed[at] ?? 0) ^ 1
    const file = await openAt(sealed, { with: [me] })
    expect(await file.read(0, 65_536)).toHaveLength(65_536)
    await expect(file.read(65_536, 1)).rejects.toMatchObject(refused)
    await expect(file.read(0, 300_000)).rejects.toMatchObject(refused)
    expect(await file.read(131_072, 1000)).toHaveLength(1000)
  })

  test("checks every chunk against a signed list, where there is one", async () => {
    const sealed = await seal(pattern(200_000), { to: [me.recipient] })
    const { payload } = splitFile(sealed)
    const list = chunkList(payload)
    const hash = chunkListHash(payload.subarray(0, 16), list)
    const file = await openAt(sealed, { with: [me], chunks: { list, hash } })
    expect(await file.read(100_000, 100)).toHaveLength(100)
    const other = list.with(40, (list[40] ?? 0) ^ 1)
    await expect(openAt(sealed, { with: [me], chunks: { list: other, hash } })).rejects.toMatchObject(refused)
    const otherHash = chunkListHash(payload.subarray(0, 16), other)
    const lying = await openAt(sealed, { with: [me], chunks: { list: other, hash: otherHash } })
    await expect(lying.read(70_000, 1)).rejects.toMatchObject(refused)
  })

  test("streams a range, and stops fetching when its reader leaves", async () => {
    const plaintext = pattern(1_000_000)
    const source = watched(await seal(plaintext, { to: [me.recipient] }))
    const file = await openAt(source, { with: [me] })
    const range = { start: 70_000, end: 700_001 }
    const body = new Response(file.stream(range))
    expect(Buffer.compare(new Uint8Array(await body.arrayBuffer()), plaintext.subarray(70_000, 700_001))).toBe(0)
    source.reads.length = 0
    const reader = file.stream().getReader()
    await reader.read()
    await reader.cancel()
    expect(source.reads).toHaveLength(1)
  })

  test("rejects with the signal's reason", async () => {
    const sealed = await seal(pattern(200_000), { to: [me.recipient] })
    const reason = new Error("enough")
    await expect(openAt(sealed, { with: [me], signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const file = await openAt(sealed, { with: [me] })
    await expect(file.read(0, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(file.read(-1, 1)).rejects.toThrow(RangeError)
  })
})

describe("rangeResponse()", () => {
  test.each([
    ["bytes=0-", 206, "bytes 0-99999/100000", 100_000],
    ["bytes=99990-", 206, "bytes 99990-99999/100000", 10],
    ["bytes=10-19", 206, "bytes 10-19/100000", 10],
    ["bytes=99999-200000", 206, "bytes 99999-99999/100000", 1],
    ["bytes=-5", 206, "bytes 99995-99999/100000", 5],
    ["bytes=100000-", 416, "bytes */100000", 0],
    ["bytes=-0", 416, "bytes */100000", 0],
    ["bytes=20-10", 200, null, 100_000],
    ["bytes=0-1,5-6", 200, null, 100_000],
    ["lines=1-2", 200, null, 100_000],
    [null, 200, null, 100_000],
  ])("answers Range %s with %i", async (range, status, contentRange, bytes) => {
    const plaintext = pattern(100_000)
    const file = await openAt(await seal(plaintext, { to: [me.recipient] }), { with: [me] })
    const request = new Request("https://example.org/", range === null ? {} : { headers: { Range: range } })
    const answer = rangeResponse(file, request, { type: "video/mp4" })
    expect(answer.status).toBe(status)
    expect(answer.headers.get("Content-Range")).toBe(contentRange)
    expect(answer.headers.get("Content-Type")).toBe("video/mp4")
    expect((await answer.arrayBuffer()).byteLength).toBe(bytes)
  })
})
