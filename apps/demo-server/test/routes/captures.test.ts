import { fromBase64Url, open, toBase64Url } from "@darkslide/crypto"
import { randomBytes } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  answerOf,
  commit,
  commitOf,
  createUpload,
  json,
  register,
  remove,
  sealPhoto,
  tombstoneOf,
  upload,
} from "../blind-client.ts"
import type { BlindClient } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

const photo = new Uint8Array(randomBytes(150_000))

interface Listed {
  readonly captures: readonly { readonly captureId: string }[]
  readonly next: string | null
}

async function save(client: BlindClient, media = photo) {
  const sealed = await sealPhoto(client, media)
  const uploadId = await upload(client.send, sealed.media)
  expect((await commit(client.send, sealed, uploadId)).status).toBe(201)
  return { ...sealed, uploadId, path: `/v1/captures/${sealed.captureId}` }
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

describe("a commit", () => {
  test("stands, and gives every part back as it came", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const saved = await save(ada)
    expect(await answerOf(await ada.send(saved.path))).toEqual({
      captureId: saved.captureId,
      header: toBase64Url(saved.header),
      record: toBase64Url(saved.record),
      sealing: toBase64Url(saved.sealing),
      private: toBase64Url(saved.private),
      mediaBytes: saved.media.length,
      thumbnailBytes: saved.thumbnail.length,
      committedOn: "2026-11-20",
    })
    expect(await bytesOf(await ada.send(`${saved.path}/media`))).toEqual(saved.media)
    expect(await bytesOf(await ada.send(`${saved.path}/thumbnail`))).toEqual(saved.thumbnail)
    expect(await bytesOf(await ada.send(`${saved.path}/chunks`))).toEqual(saved.chunks)
  })

  test("answers 200 to the very same again, and 409 to any other", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const saved = await save(ada)
    expect((await commit(ada.send, saved, saved.uploadId)).status).toBe(200)
    const other = { ...(await sealPhoto(ada, photo)), captureId: saved.captureId }
    const otherUpload = await upload(ada.send, other.media)
    expect(await problemCode(await commit(ada.send, other, otherUpload))).toBe("CAPTURE_CONFLICT")
    const changed = { ...commitOf(saved, saved.uploadId), head: toBase64Url(other.head) }
    expect(await problemCode(await ada.send(saved.path, json("PUT", changed)))).toBe("CAPTURE_CONFLICT")
  })

  test("made twice at once stands once", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    const uploadId = await upload(ada.send, sealed.media)
    const answers = await Promise.all([1, 2, 3].map(() => commit(ada.send, sealed, uploadId)))
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "200", "201"])
  })

  test("takes only a complete, unbound upload of the same account", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const eve = await register(send, "eve")
    const sealed = await sealPhoto(ada, photo)
    const open = (await createUpload(ada.send, sealed.media.length)).headers.get("location")?.split("/").at(-1) ?? ""
    const bound = await save(ada)
    for (const uploadId of [open, bound.uploadId, await upload(eve.send, sealed.media), toBase64Url(randomBytes(16))]) {
      expect(await problemCode(await commit(ada.send, sealed, uploadId))).toBe("UPLOAD_NOT_READY")
    }
    expect(await problemCode(await ada.send(`/v1/captures/${sealed.captureId}`))).toBe("CAPTURE_NOT_FOUND")
  })

  test("refuses parts that cannot be what they are called", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    const uploadId = await upload(ada.send, sealed.media)
    const bad = [
      { header: sealed.header.subarray(1) },
      { private: sealed.private.subarray(1) },
      { thumbnail: sealed.thumbnail.subarray(0, 31) },
      { chunks: sealed.chunks.subarray(0, -1) },
      { chunks: sealed.chunks.subarray(0, -32) },
      { chunks: new Uint8Array(sealed.chunks.length + 32) },
      { head: sealed.head.subarray(0, -1) },
      { head: new Uint8Array(100) },
    ]
    for (const part of bad) {
      expect(await problemCode(await commit(ada.send, { ...sealed, ...part }, uploadId))).toBe("CAPTURE_MALFORMED")
    }
    expect((await commit(ada.send, sealed, uploadId)).status).toBe(201)
  })

  test("counts its parts against the quota, and leaves the upload open when it does not fit", async () => {
    const size = (await sealPhotoOf(photo)).media.length
    const { send } = await serverFixture({ limits: { quotaBytes: size + 10 } })
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    const uploadId = await upload(ada.send, sealed.media)
    expect(await problemCode(await commit(ada.send, sealed, uploadId))).toBe("QUOTA_EXCEEDED")
    expect(await problemCode(await ada.send(`/v1/captures/${sealed.captureId}`))).toBe("CAPTURE_NOT_FOUND")
    expect(await problemCode(await commit(ada.send, sealed, uploadId))).toBe("QUOTA_EXCEEDED")
  })

  test("moves the device's head on, never back", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const positions = [3, 1, 2].map((seq) => ({ seq, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] }))
    const sealed = await Promise.all(positions.map((position) => sealPhoto(ada, photo, position)))
    for (const each of sealed) await commit(ada.send, each, await upload(ada.send, each.media))
    const { heads } = await answerOf<{ heads: unknown }>(await ada.send("/v1/heads"))
    expect(heads).toEqual([{ deviceId: ada.device.deviceId, head: toBase64Url(sealed[0]?.head ?? new Uint8Array()) }])
  })
})

describe("a capture", () => {
  test("is exported as one age file that opens to the picture", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const saved = await save(ada)
    const response = await ada.send(`${saved.path}/export`)
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${saved.captureId}.age"`)
    const file = await bytesOf(response)
    expect(response.headers.get("content-length")).toBe(String(file.length))
    expect(await open(file, { with: [ada.account.identity] })).toEqual(photo)
  })

  test.each([
    ["bytes=0-0", 0, 1],
    ["bytes=16-65567", 16, 65_568],
    ["bytes=150000-", 150_000, undefined],
    ["bytes=-10", -10, undefined],
    ["bytes=0-999999999", 0, undefined],
  ])("answers the range %s", async (range, start, end) => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const { path, media } = await save(ada)
    const response = await ada.send(`${path}/media`, { headers: { range } })
    const expected = media.slice(start, end)
    expect(response.status).toBe(206)
    const first = start < 0 ? media.length + start : start
    const described = `bytes ${first}-${first + expected.length - 1}/${media.length}`
    expect(response.headers.get("content-range")).toBe(described)
    expect(await bytesOf(response)).toEqual(expected)
  })

  test("refuses a range outside, and ignores what is no single range", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const { path, media } = await save(ada)
    for (const range of [`bytes=${media.length}-`, "bytes=-0"]) {
      const outside = await ada.send(`${path}/media`, { headers: { range } })
      expect(outside.headers.get("content-range")).toBe(`bytes */${media.length}`)
      expect(await problemCode(outside)).toBe("RANGE_UNSATISFIABLE")
    }
    for (const range of ["bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b"]) {
      expect((await ada.send(`${path}/media`, { headers: { range } })).status).toBe(200)
    }
    const stale = { range: "bytes=0-1", "if-range": '"another"' }
    expect((await ada.send(`${path}/media`, { headers: stale })).status).toBe(200)
  })

  test("answers HEAD with the sizes alone", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const { path, media } = await save(ada)
    const response = await ada.send(`${path}/media`, { method: "HEAD" })
    expect([response.status, response.headers.get("content-length")]).toEqual([200, String(media.length)])
    expect(await response.text()).toBe("")
  })

  test("does not exist for another account", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const eve = await register(send, "eve")
    const saved = await save(ada)
    for (const part of ["", "/media", "/thumbnail", "/chunks", "/export"]) {
      expect(await problemCode(await eve.send(`${saved.path}${part}`))).toBe("CAPTURE_NOT_FOUND")
    }
    expect((await answerOf<Listed>(await eve.send("/v1/captures"))).captures).toEqual([])
    // Eve may bury the id for herself; Ada's capture stays.
    expect((await remove(eve, saved)).status).toBe(204)
    expect((await ada.send(`${saved.path}/media`)).status).toBe(200)
    expect(await problemCode(await eve.send(saved.path, json("DELETE", await tombstoneOf(ada, saved))))).toBe(
      "TOMBSTONE_INVALID",
    )
  })

  test.each(["x", "AAAAAAAAAAAAAAAAAAAAAB", "..%2f", "AAAAAAAAAAAAAAAAAAAAA%00", "__proto__"])(
    "has no id %s",
    async (id) => {
      const { send } = await serverFixture()
      const ada = await register(send, "ada")
      expect(await problemCode(await ada.send(`/v1/captures/${id}`))).toBe("REQUEST_INVALID")
    },
  )
})

describe("the list", () => {
  test("goes from the newest to the oldest in pages", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const saved: string[] = []
    for (let count = 0; count < 5; count++) saved.unshift((await save(ada, photo.subarray(0, 100))).captureId)
    const seen: string[] = []
    let cursor: string | null = ""
    while (cursor !== null) {
      const page: Listed = await answerOf<Listed>(
        await ada.send(`/v1/captures?limit=2${cursor && `&cursor=${cursor}`}`),
      )
      expect(page.captures.length).toBeLessThanOrEqual(2)
      seen.push(...page.captures.map(({ captureId }) => captureId))
      cursor = page.next
    }
    expect(seen).toEqual(saved)
  })

  test.each(["limit=0", "limit=101", "limit=x", "cursor=-1", "cursor=1;drop"])("refuses %s", async (query) => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    expect(await problemCode(await ada.send(`/v1/captures?${query}`))).toBe("REQUEST_INVALID")
  })
})

describe("a delete", () => {
  test("leaves the tombstone and nothing else, also when repeated", async () => {
    const { send, folder } = await serverFixture()
    const ada = await register(send, "ada")
    const saved = await save(ada)
    const before = await readFile(join(folder, "darkslide.sqlite-wal"))
    expect(before.includes(Buffer.from(saved.thumbnail.subarray(16, 80)))).toBe(true)
    expect((await remove(ada, saved)).status).toBe(204)
    expect((await remove(ada, saved)).status).toBe(204)
    for (const part of ["", "/media", "/thumbnail", "/chunks", "/export"]) {
      expect(await problemCode(await ada.send(`${saved.path}${part}`))).toBe("CAPTURE_DELETED")
    }
    expect(await readdir(join(folder, "blobs"))).toEqual([])
    for (const file of ["darkslide.sqlite", "darkslide.sqlite-wal"]) {
      const left = await readFile(join(folder, file))
      for (const part of [saved.thumbnail, saved.record, saved.header]) {
        expect(left.includes(Buffer.from(part.subarray(30, 80)))).toBe(false)
      }
    }
    const listed = await answerOf<{ tombstones: { captureId: string; tombstone: string }[]; next: null }>(
      await ada.send("/v1/tombstones"),
    )
    expect(listed.tombstones.map(({ captureId }) => captureId)).toEqual([saved.captureId])
    expect(fromBase64Url(listed.tombstones[0]?.tombstone ?? "").length).toBeGreaterThan(100)
    const account = await answerOf<{ usage: { bytes: number } }>(await ada.send("/v1/account"))
    expect(account.usage.bytes).toBe(0)
  })

  test("is final: the same commit again, or another under that id, finds the tombstone", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const saved = await save(ada)
    await remove(ada, saved)
    expect(await problemCode(await commit(ada.send, saved, saved.uploadId))).toBe("CAPTURE_DELETED")
    const other = { ...(await sealPhoto(ada, photo)), captureId: saved.captureId }
    expect(await problemCode(await commit(ada.send, other, await upload(ada.send, other.media)))).toBe(
      "CAPTURE_DELETED",
    )
  })

  test("that overtakes its commit still wins", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    const uploadId = await upload(ada.send, sealed.media)
    expect((await remove(ada, sealed)).status).toBe(204)
    expect(await problemCode(await commit(ada.send, sealed, uploadId))).toBe("CAPTURE_DELETED")
  })

  test("racing its commit leaves it deleted", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const sealed = await sealPhoto(ada, photo)
    const uploadId = await upload(ada.send, sealed.media)
    await Promise.all([commit(ada.send, sealed, uploadId), remove(ada, sealed), commit(ada.send, sealed, uploadId)])
    expect(await problemCode(await ada.send(`/v1/captures/${sealed.captureId}`))).toBe("CAPTURE_DELETED")
  })

  test("gets along with many others, and with commits, at once", async () => {
    const { send, folder } = await serverFixture()
    const ada = await register(send, "ada")
    const small = photo.subarray(0, 1000)
    const saved = []
    for (let count = 0; count < 8; count++) saved.push(await save(ada, small))
    const fresh = await Promise.all(saved.map(() => sealPhoto(ada, small)))
    const uploads = await Promise.all(fresh.map(({ media }) => upload(ada.send, media)))
    const answers = await Promise.all([
      ...saved.map((capture) => remove(ada, capture)),
      ...fresh.map((sealed, index) => commit(ada.send, sealed, uploads[index] ?? "")),
    ])
    expect(answers.map(({ status }) => status)).toEqual([...saved.map(() => 204), ...fresh.map(() => 201)])
    expect(await readdir(join(folder, "blobs"))).toHaveLength(fresh.length)
  })

  test("needs a tombstone of this very capture, signed by a device of the account", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const saved = await save(ada)
    const stranger = await register(send, "eve")
    const forged = { device: { ...stranger.device, accountId: ada.account.accountId } }
    const asAda = { device: { ...ada.device, signer: stranger.device.signer } }
    const own = fromBase64Url((await tombstoneOf(ada, saved)).tombstone)
    own[10] = (own[10] ?? 0) ^ 1
    const bad = [
      await tombstoneOf(ada, { ...saved, captureId: toBase64Url(randomBytes(16)) }),
      await tombstoneOf(forged, saved),
      await tombstoneOf(asAda, saved),
      await tombstoneOf(stranger, saved),
      { tombstone: toBase64Url(own) },
    ]
    for (const body of bad) {
      expect(await problemCode(await ada.send(saved.path, json("DELETE", body)))).toBe("TOMBSTONE_INVALID")
    }
    expect((await ada.send(saved.path)).status).toBe(200)
  })
})

async function sealPhotoOf(media: Uint8Array) {
  const { send } = await serverFixture()
  return await sealPhoto(await register(send, "size"), media)
}
