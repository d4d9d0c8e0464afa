import { open, parseIdentity } from "@darkslide/crypto"
import { openCapture, sealCapture, type SealedCapture } from "@darkslide/capture"
import { describe, expect, test } from "vitest"
import { newAccount, noHash, pictureOf, sealOne } from "./sealing-fixture.ts"

describe("sealCapture()", () => {
  test("makes one header that opens every part as an age file, and the media is the very picture", async () => {
    const { account, device } = await newAccount()
    const sealed = await sealOne(account, device)
    const identity = parseIdentity(account.identity.toString())
    const opened = async (part: Uint8Array) => await open(Buffer.concat([sealed.header, part]), { with: [identity] })
    expect(Buffer.compare(await opened(sealed.media), pictureOf(7))).toBe(0)
    const thumbnail = await opened(sealed.thumbnail)
    expect(thumbnail.subarray(0, 5000)).toEqual(pictureOf(3, 5000))
    expect(await opened(sealed.record)).toHaveLength(1024)
    expect(await opened(sealed.sealing)).toHaveLength(1024)
    expect(await open(sealed.private, { with: [identity] })).toHaveLength(1024)
  })

  test("gives every capture another id, key and nonce", async () => {
    const { account, device } = await newAccount()
    const [one, two] = [await sealOne(account, device), await sealOne(account, device)]
    expect(one.captureId).not.toBe(two.captureId)
    for (const part of ["header", "record", "sealing", "private", "thumbnail", "media"] as const)
      expect(one[part]).not.toEqual(two[part])
  })

  test("hides sizes of documents and thumbnails behind padding", async () => {
    const { account, device } = await newAccount()
    const small = await sealOne(account, device, { thumbnail: pictureOf(3, 4097), details: {} })
    const large = await sealOne(account, device, { thumbnail: pictureOf(3, 8192), details: { note: "x".repeat(600) } })
    for (const part of ["record", "sealing", "private", "thumbnail"] as const)
      expect(small[part]).toHaveLength(large[part].length)
  })

  test("rejects with the signal's reason", async () => {
    const { account, device } = await newAccount()
    const reason = new Error("enough")
    const options = {
      to: [account.recipient],
      owner: account.recipient,
      device,
      position: { seq: 1, prevHash: noHash, skipped: [] },
      signal: AbortSignal.abort(reason),
    }
    const input = {
      media: pictureOf(1),
      mediaType: "image/jpeg",
      kind: "photo",
      createdAt: 1,
      thumbnail: pictureOf(1),
    } as const
    await expect(sealCapture(input, options)).rejects.toBe(reason)
  })
})

describe("openCapture()", () => {
  test("gives back record, private part, thumbnail and media", async () => {
    const { account, device } = await newAccount()
    const sealed = await sealOne(account, device, { details: { camera: "front" } })
    const opened = await openCapture(sealed, optionsFor(account, sealed))
    expect(opened.record).toMatchObject({
      captureId: sealed.captureId,
      accountId: account.accountId,
      deviceId: device.deviceId,
      mediaType: "image/jpeg",
      mediaBytes: 150_000,
    })
    expect(opened.private).toMatchObject({ seq: 1, prevHash: noHash, details: { camera: "front" } })
    expect(opened.seen).toEqual({ recordHash: sealed.recordHash, version: 1 })
    expect((await opened.openThumbnail(sealed.thumbnail)).subarray(0, 5000)).toEqual(pictureOf(3, 5000))
    expect(Buffer.compare(await opened.openMedia(sealed.media, sealed.chunks), pictureOf(7))).toBe(0)
  })
})

function optionsFor(account: Awaited<ReturnType<typeof newAccount>>["account"], sealed: SealedCapture) {
  return { with: account.identity, state: account.state, captureId: sealed.captureId }
}
