import { openCapture, openMediaAt, sealCapture, type MediaAccess, type SealedCapture } from "@darkslide/capture"
import {
  bytesSource,
  generateFileKey,
  sealedChunkBytes,
  toBase64Url,
  type RandomAccessSource,
  type UnlockedAccount,
} from "@darkslide/crypto"
import { beforeAll, describe, expect, test } from "vitest"
import { newAccount, noHash, pictureOf, sealOne } from "./sealing-fixture.ts"

const video = pictureOf(13, 2_000_000)
let account: UnlockedAccount
let sealed: SealedCapture
let access: MediaAccess

beforeAll(async () => {
  const created = await newAccount()
  account = created.account
  const clip = { id: toBase64Url(new Uint8Array(16).fill(7)), index: 2, last: true }
  sealed = await sealOne(account, created.device, { media: video, kind: "clip", mediaType: "video/mp4", clip })
  access = (await open(sealed)).mediaAccess
})

async function open(capture: SealedCapture) {
  return await openCapture(capture, { with: account.identity, state: account.state, captureId: capture.captureId })
}

/** Counts what is read, and lets a test change it. */
function countingSource(change: (bytes: Uint8Array, offset: number) => Uint8Array = (bytes) => bytes) {
  const inner = bytesSource(sealed.media)
  const counted = { bytes: 0 }
  const source: RandomAccessSource = {
    size: inner.size,
    async read(offset, length, options) {
      counted.bytes += length
      return change((await inner.read(offset, length, options)).slice(), offset)
    },
  }
  return { source, counted }
}

const refusal = { name: "CaptureError", code: "CAPTURE_MEDIA_INVALID" }

describe("a sealed clip", () => {
  test("says in its record which part of which recording it is", async () => {
    const { record } = await open(sealed)
    expect(record).toMatchObject({ kind: "clip", mediaType: "video/mp4", clip: { index: 2, last: true } })
  })

  for (const [what, change] of [
    ["a photo that is a video", { kind: "photo", mediaType: "video/mp4" }],
    ["a photo that is part of a recording", { kind: "photo", clip: { id: noHash, index: 0, last: true } }],
    ["a clip that is an image", { kind: "clip", mediaType: "image/jpeg" }],
  ] as const) {
    test(`is not made of ${what}`, async () => {
      const { account: mine, device } = await newAccount()
      await expect(sealOne(mine, device, change)).rejects.toThrow(TypeError)
    })
  }

  test("is read anywhere after its end alone was, and gives the very bytes", async () => {
    const { source, counted } = countingSource()
    const file = await openMediaAt(source, access, sealed.chunks)
    expect(file.size).toBe(video.length)
    expect(counted.bytes).toBeLessThan(2 * sealedChunkBytes)
    expect(await file.read(1_234_567, 1000)).toEqual(video.subarray(1_234_567, 1_235_567))
    expect(counted.bytes).toBeLessThan(3 * sealedChunkBytes)
    const streamed = await new Response(file.stream({ start: 100, end: 700_000 })).bytes()
    expect(Buffer.compare(streamed, video.subarray(100, 700_000))).toBe(0)
  })
})

describe("openMediaAt() refuses", () => {
  test("another size, whatever the server says", async () => {
    const cut = bytesSource(sealed.media.subarray(0, -sealedChunkBytes))
    await expect(openMediaAt(cut, access, sealed.chunks)).rejects.toMatchObject(refusal)
  })

  test("another list, another key, another nonce, and another end", async () => {
    const list = sealed.chunks.slice()
    list[3]! ^= 1
    await expect(openMediaAt(countingSource().source, access, list)).rejects.toMatchObject(refusal)
    const otherKey = { ...access, fileKey: generateFileKey() }
    await expect(openMediaAt(countingSource().source, otherKey, sealed.chunks)).rejects.toMatchObject(refusal)
    const flipped = (at: number) =>
      countingSource((bytes, offset) => {
        if (offset <= at && at < offset + bytes.length) bytes[at - offset]! ^= 1
        return bytes
      }).source
    await expect(openMediaAt(flipped(0), access, sealed.chunks)).rejects.toMatchObject(refusal)
    await expect(openMediaAt(flipped(sealed.media.length - 1), access, sealed.chunks)).rejects.toMatchObject(refusal)
  })

  test("a chunk that was changed or moved, when it is read", async () => {
    const { source } = countingSource((bytes, offset) => {
      if (offset === 16 + 5 * sealedChunkBytes) bytes[9]! ^= 1
      return bytes
    })
    const file = await openMediaAt(source, access, sealed.chunks)
    await file.read(0, 1000)
    await expect(file.read(5 * 65_536, 10)).rejects.toMatchObject(refusal)
    await expect(new Response(file.stream({ start: 5 * 65_536 })).bytes()).rejects.toMatchObject(refusal)
  })

  test("nothing else: what the source throws comes through, and so does an abort", async () => {
    const broken = { size: sealed.media.length, read: async () => await Promise.reject(new RangeError("offline")) }
    await expect(openMediaAt(broken, access, sealed.chunks)).rejects.toThrow("offline")
    const signal = AbortSignal.abort(new Error("enough"))
    await expect(openMediaAt(countingSource().source, access, sealed.chunks, { signal })).rejects.toThrow("enough")
  })
})

test("sealCapture() takes the record's word for nothing: a clip without type is no clip", async () => {
  const { account: mine, device } = await newAccount()
  const input = { media: video, mediaType: "", kind: "clip", createdAt: 1, thumbnail: pictureOf(1) } as const
  const position = { seq: 1, prevHash: noHash, skipped: [] }
  const options = { to: [mine.recipient], owner: mine.recipient, device, position }
  await expect(sealCapture(input, options)).rejects.toThrow(TypeError)
})
