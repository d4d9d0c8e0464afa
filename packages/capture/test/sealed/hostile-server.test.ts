import {
  documentHash,
  fromBase64Url,
  openHeader,
  openPayload,
  openSigned,
  padDocument,
  revokeDevice,
  sealedChunkBytes,
  sealHeader,
  sealPayload,
  signDocument,
  toBase64Url,
  type UnlockedAccount,
} from "@darkslide/crypto"
import { openCapture, type CaptureDevice, type OpenCaptureOptions, type SealedCapture } from "@darkslide/capture"
import { beforeAll, describe, expect, test } from "vitest"
import { preparePayload } from "../../../crypto/src/age/payload.ts"
import { nobleAead } from "../../../crypto/src/aead/noble.ts"
import { domains } from "../../src/sealed/domains.ts"
import { addDevice, newAccount, pictureOf, sealOne, strangerFor } from "./sealing-fixture.ts"

let account: UnlockedAccount
let device: CaptureDevice
let mine: SealedCapture
let mine2: SealedCapture
let other: UnlockedAccount
let theirs: SealedCapture

beforeAll(async () => {
  ;({ account, device } = await newAccount())
  mine = await sealOne(account, device)
  mine2 = await sealOne(account, device, { media: pictureOf(11), thumbnail: pictureOf(5, 5000), seq: 2 })
  const another = await newAccount()
  other = another.account
  theirs = await sealOne(other, another.device)
})

/** Opens all of what a server answers for `mine`, as a page would. */
async function show(answer: SealedCapture, change: Partial<OpenCaptureOptions> = {}): Promise<void> {
  const options = { with: account.identity, state: account.state, captureId: mine.captureId, ...change }
  const opened = await openCapture(answer, options)
  await opened.openThumbnail(answer.thumbnail)
  await opened.openMedia(answer.media, answer.chunks)
}

async function expectRefused(answer: SealedCapture, code: string, change?: Partial<OpenCaptureOptions>): Promise<void> {
  await expect(show(answer, change)).rejects.toMatchObject({ name: "CaptureError", code })
}

describe("a server that answers with parts of another capture is refused", () => {
  test("whole captures swapped within an account", async () => {
    await expectRefused(mine2, "CAPTURE_FOREIGN")
  })

  test("a whole capture of another account", async () => {
    await expectRefused(theirs, "CAPTURE_FOREIGN")
  })

  for (const [part, code] of [
    ["header", "CAPTURE_RECORD_INVALID"],
    ["record", "CAPTURE_RECORD_INVALID"],
    ["sealing", "CAPTURE_RECORD_INVALID"],
    ["private", "CAPTURE_RECORD_INVALID"],
    ["thumbnail", "CAPTURE_THUMBNAIL_INVALID"],
    ["chunks", "CAPTURE_MEDIA_INVALID"],
    ["media", "CAPTURE_MEDIA_INVALID"],
  ] as const) {
    test(`the ${part} of another capture of the account`, async () => {
      await expectRefused({ ...mine, [part]: mine2[part] }, code)
    })

    test(`the ${part} of a capture of another account`, async () => {
      await expectRefused({ ...mine, [part]: theirs[part] }, part === "header" ? "CAPTURE_FOREIGN" : code)
    })
  }

  test("media with its own chunk list, of another capture", async () => {
    await expectRefused({ ...mine, media: mine2.media, chunks: mine2.chunks }, "CAPTURE_MEDIA_INVALID")
  })
})

describe("changed bytes are refused", () => {
  test("media cut at a chunk, cut inside one, and longer", async () => {
    const atChunk = mine.media.slice(0, 16 + sealedChunkBytes)
    for (const media of [atChunk, mine.media.slice(0, -1), Buffer.concat([mine.media, new Uint8Array(100)])])
      await expectRefused({ ...mine, media }, "CAPTURE_MEDIA_INVALID")
    await expectRefused({ ...mine, media: atChunk, chunks: mine.chunks.slice(0, 32) }, "CAPTURE_MEDIA_INVALID")
  })

  test("any part cut, lengthened, emptied, or with a flipped bit", async () => {
    const codes = {
      thumbnail: "CAPTURE_THUMBNAIL_INVALID",
      media: "CAPTURE_MEDIA_INVALID",
      chunks: "CAPTURE_MEDIA_INVALID",
    }
    for (const part of ["header", "record", "sealing", "private", "thumbnail", "media", "chunks"] as const) {
      const bytes = mine[part]
      const flipped = bytes.slice()
      flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 1
      for (const changed of [
        bytes.slice(0, -1),
        Buffer.concat([bytes, new Uint8Array([0])]),
        new Uint8Array(),
        flipped,
      ]) {
        const error = await show({ ...mine, [part]: changed }).catch((reason: unknown) => reason)
        const expected = part in codes ? codes[part as keyof typeof codes] : /^CAPTURE_(RECORD_INVALID|FOREIGN)$/
        expect(error).toMatchObject({
          name: "CaptureError",
          code: typeof expected === "string" ? expected : expect.stringMatching(expected),
        })
      }
    }
  })
})

describe("someone who holds the file key is refused", () => {
  test("who replaces a chunk by one that opens", async () => {
    const fileKey = await openHeader(mine.header, { with: [account.identity] })
    const forged = pictureOf(7)
    forged[70_000] = (forged[70_000] ?? 0) ^ 0xff
    const nonce = mine.media.slice(0, 16)
    const media = new Uint8Array(mine.media.length)
    await (await preparePayload(fileKey, forged, nobleAead, nonce)).sealInto(media)
    expect(await openPayload(fileKey, media)).toEqual(forged)
    await expectRefused({ ...mine, media }, "CAPTURE_MEDIA_INVALID")
  })

  test("who replaces the thumbnail by one that opens", async () => {
    const fileKey = await openHeader(mine.header, { with: [account.identity] })
    const thumbnail = await sealPayload(fileKey, new Uint8Array(8192))
    await expectRefused({ ...mine, thumbnail }, "CAPTURE_THUMBNAIL_INVALID")
  })

  test("who signs the record as a device that is not in the account", async () => {
    await expectRefused(await resigned(strangerFor(account)), "CAPTURE_UNSIGNED")
  })
})

describe("a forged capture, sealed to the account's public recipient, is refused", () => {
  test("signed by a device that the account does not know", async () => {
    const forged = await sealOne(account, strangerFor(account))
    await expectRefused(forged, "CAPTURE_UNSIGNED", { captureId: forged.captureId })
  })

  test("in the name of a known device, without its signature", async () => {
    const pretender = { ...device, signer: strangerFor(account).signer }
    const forged = await sealOne(account, pretender)
    await expectRefused(forged, "CAPTURE_UNSIGNED", { captureId: forged.captureId })
  })

  test("signed by a device that may only add to the inbox", async () => {
    const inbox = await addDevice(account, "inbox")
    const forged = await sealOne(inbox.account, inbox.device)
    await expectRefused(forged, "CAPTURE_UNSIGNED", { captureId: forged.captureId, state: inbox.account.state })
  })

  test("signed for another account by a device of that one", async () => {
    const forged = await sealOne(account, { ...device, accountId: other.accountId })
    await expectRefused(forged, "CAPTURE_FOREIGN", { captureId: forged.captureId })
  })
})

describe("a revoked device", () => {
  test("keeps what it took before, and adds nothing after", async () => {
    const more = await addDevice(account, "capture")
    const before = await sealOne(more.account, more.device, { seq: 1 })
    const instead = await sealOne(more.account, more.device, { seq: 1 })
    const after = await sealOne(more.account, more.device, { seq: 2 })
    const last = { lastSeq: 1, lastHash: before.recordHash }
    const { state } = await revokeDevice(more.account, { deviceId: more.device.deviceId, last, at: 3 })
    await show(before, { captureId: before.captureId, state })
    await expectRefused(instead, "CAPTURE_UNSIGNED", { captureId: instead.captureId, state })
    await expectRefused(after, "CAPTURE_UNSIGNED", { captureId: after.captureId, state })
  })
})

describe("a client that saw a capture before", () => {
  test("refuses an older version, and another record, under its id", async () => {
    const seen = { recordHash: mine.recordHash, version: 1 }
    await show(mine, { seen })
    await expectRefused(mine, "CAPTURE_RECORD_INVALID", { seen: { ...seen, version: 2 } })
    await expectRefused(mine, "CAPTURE_RECORD_INVALID", { seen: { ...seen, recordHash: mine2.recordHash } })
  })
})

describe("a key that is not the committed one", () => {
  test("is refused, though header, record and sealing open and their signatures hold", async () => {
    const oldKey = await openHeader(mine.header, { with: [account.identity] })
    const newKey = new Uint8Array(16).fill(9)
    const answer = {
      ...mine,
      header: await sealHeader(newKey, { to: [account.recipient] }),
      record: await sealPayload(newKey, await openPayload(oldKey, mine.record)),
      sealing: await sealPayload(newKey, await openPayload(oldKey, mine.sealing)),
    }
    await expectRefused(answer, "CAPTURE_RECORD_INVALID")
  })
})

/** `mine`, with record and sealing signed anew by someone else who holds its file key. */
async function resigned(signer: CaptureDevice): Promise<SealedCapture> {
  const fileKey = await openHeader(mine.header, { with: [account.identity] })
  const devicePublicKey = fromBase64Url(account.state.devices[0]?.publicKey ?? "")
  const record = openSigned(domains.record, await openPayload(fileKey, mine.record), devicePublicKey) as object
  const sealing = openSigned(domains.sealing, await openPayload(fileKey, mine.sealing), devicePublicKey) as object
  const newRecord = await signDocument(domains.record, { ...record, deviceId: signer.deviceId }, signer.signer)
  const recordHash = toBase64Url(documentHash(newRecord))
  const newSealing = { ...sealing, deviceId: signer.deviceId, recordHash }
  return {
    ...mine,
    record: await sealPayload(fileKey, padDocument(newRecord, 1024)),
    sealing: await sealPayload(
      fileKey,
      padDocument(await signDocument(domains.sealing, newSealing, signer.signer), 1024),
    ),
  }
}
