import { generateKeyPair, randomBytes, seal, sha256, toBase64Url } from "@darkslide/crypto"
import { parseSshIdentity } from "@darkslide/crypto/ssh"
import { generateKeyPairSync } from "node:crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { channelKind } from "../../src/channels/channel-message.ts"
import type { ItemTransport } from "../../src/channels/item-transport.ts"
import { Audience, expectReaders, expectTold, newImage, type Viewer } from "./audience.ts"

const picture = new Uint8Array([0xff, 0xd8, 0xff, ...randomBytes(3000)])
const jpeg = { type: "image/jpeg" } as const
const code = (name: string): Error => expect.objectContaining({ code: name }) as Error
const types = ({ told }: Viewer): string[] => told.map(({ type }) => type).filter((type) => type !== "key_known")

let audience: Audience
let ann: Viewer
beforeEach(async () => {
  audience = new Audience()
  ann = await audience.create("Ann")
})

describe("a channel", () => {
  test("brings a picture to receivers, with events in the order of the log", async () => {
    const sue = await audience.join("Sue", ann, "sender")
    const ray = await audience.join("Ray", ann, "receiver")
    await expectReaders(ann, sue, ray)
    await sue.channel.post(picture, jpeg)
    const item = await newImage(ray)
    expect(item).toMatchObject({ type: "image/jpeg", from: { name: "Sue", role: "sender" }, maxReads: 100 })
    expect(await ray.channel.open(item)).toEqual(picture)
    expect(await sue.channel.open(await newImage(sue))).toEqual(picture)
    await ray.room.leave()
    await expectTold(sue, "user_left")
    expect(types(sue)).toEqual(["join", "user_joined", "epoch_changed", "new_image", "user_left", "epoch_changed"])
    for (const { told } of [ann, sue]) {
      const order = told.map(({ seq }) => seq)
      expect(order).toEqual(order.toSorted((one, other) => one - other))
    }
    const seqOf = (viewer: Viewer): number | undefined => viewer.told.find(({ type }) => type === "new_image")?.seq
    expect(seqOf(ann)).toBe(seqOf(sue))
    expect(types(ray).at(-1)).toBe("closed")
  })

  test("seals to ssh-rsa keys too", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    })
    const identity = parseSshIdentity(privateKey)
    expect(identity.type).toBe("ssh-rsa")
    const ray = await audience.join("Ray", ann, "receiver", { identity })
    await expectReaders(ann, ray)
    await ann.channel.post(picture, jpeg)
    expect(await ray.channel.open(await newImage(ray))).toEqual(picture)
  })

  test("does not show to newcomers what was posted before they came", async () => {
    await ann.channel.post(picture, jpeg)
    const ray = await audience.join("Ray", ann, "receiver")
    await expectReaders(ann, ray)
    expect(ray.channel.items).toEqual([])
    // Even who learns of it cannot open it.
    await ann.room.send(channelKind, { ...(await announcementOf(ann)), id: toBase64Url(randomBytes(16)) })
    const item = await newImage(ray)
    await expect(ray.channel.open(item)).rejects.toThrow(code("ROOMS_EXPIRED"))
  })

  test("does not seal to senders, and lets receivers and viewers send nothing", async () => {
    const sue = await audience.join("Sue", ann, "sender")
    const ray = await audience.join("Ray", ann, "receiver")
    await expectReaders(ann, sue, ray)
    await ann.channel.post(picture, jpeg)
    await expect(sue.channel.open(await newImage(sue))).rejects.toThrow(code("CRYPTO_NO_IDENTITY_MATCHED"))
    await expect(ray.channel.post(picture, jpeg)).rejects.toThrow(code("ROOMS_FORBIDDEN"))
    await expect(ray.channel.beginSession()).rejects.toThrow(code("ROOMS_FORBIDDEN"))
  })

  test("ends a picture's time at the server and on screens", async () => {
    const ray = await audience.join("Ray", ann, "receiver")
    await expectReaders(ann, ray)
    await ann.channel.post(picture, { ...jpeg, ttlMs: 5000 })
    const item = await newImage(ray)
    await newImage(ann)
    audience.clock.advance(4999)
    expect(ray.channel.items).toHaveLength(1)
    audience.clock.advance(1)
    expect((await expectTold(ray, "item_expired")).why).toBe("time")
    await expectTold(ann, "item_expired")
    expect(ray.channel.items).toEqual([])
    await expect(ray.channel.open(item)).rejects.toThrow(code("ROOMS_EXPIRED"))
    expect(await audience.store.list(ann.room.id, audience.clock.now())).toEqual([])
  })

  test("removes a picture that was read as often as it may be, and everybody is told", async () => {
    const ray = await audience.join("Ray", ann, "receiver")
    const roy = await audience.join("Roy", ann, "receiver")
    await expectReaders(ann, ray, roy)
    await ann.channel.post(picture, { ...jpeg, maxReads: 1 })
    await newImage(roy)
    expect(await ray.channel.open(await newImage(ray))).toEqual(picture)
    for (const viewer of [ann, ray, roy]) expect((await expectTold(viewer, "item_expired")).why).toBe("reads")
    expect(await audience.store.list(ann.room.id, 0)).toEqual([])
  })

  test("clears everything for a new session: rows, blobs and screens", async () => {
    const ray = await audience.join("Ray", ann, "receiver")
    await expectReaders(ann, ray)
    for (let i = 0; i < 3; i++) await ann.channel.post(picture, jpeg)
    await vi.waitFor(() => expect(ray.channel.items).toHaveLength(3))
    await ann.channel.beginSession()
    await vi.waitFor(() => expect(ray.told.filter(({ type }) => type === "item_expired")).toHaveLength(3))
    expect((await expectTold(ray, "item_expired")).why).toBe("cleared")
    expect([ann.channel.items, ray.channel.items, await audience.store.list(ann.room.id, 0)]).toEqual([[], [], []])
    await ann.channel.post(picture, jpeg)
    await vi.waitFor(() => expect(ray.channel.items).toHaveLength(1))
  })

  test("begins anew when its owner comes back alone", async () => {
    await ann.channel.post(picture, jpeg)
    expect(await audience.store.list(ann.room.id, 0)).toHaveLength(1)
    ann.channel.close()
    await audience.view(ann)
    expect(await audience.store.list(ann.room.id, 0)).toEqual([])
  })

  test("refuses pictures that are none, too large, or of times and counts beyond reason", async () => {
    const post = async (options: object, bytes = picture): Promise<void> =>
      await ann.channel.post(bytes, { ...jpeg, ...options })
    for (const options of [{ type: "image/svg+xml" }, { ttlMs: 0 }, { ttlMs: 1.5 }, { maxReads: 0 }, { maxReads: 1e6 }])
      await expect(post(options)).rejects.toThrow(RangeError)
    await expect(post({}, new Uint8Array((8 << 20) + 1))).rejects.toThrow(RangeError)
    expect(await audience.store.list(ann.room.id, 0)).toEqual([])
  })

  test("ends with its signal, and says so last", async () => {
    const controller = new AbortController()
    const second = await audience.view(ann, { signal: controller.signal })
    controller.abort()
    await expectTold(second, "closed")
    await expect(second.channel.post(picture, jpeg)).rejects.toThrow(code("ROOMS_CLOSED"))
    const over = AbortSignal.abort(new Error("not now"))
    await expect(audience.view(ann, { signal: over })).rejects.toThrow("not now")
  })
})

/** The last announcement that somebody made, as it was said. */
async function announcementOf(viewer: Viewer): Promise<Record<string, unknown>> {
  const { item } = await expectTold(viewer, "new_image")
  const { id, hash, bytes, type, maxReads } = item
  return { v: 1, k: "item", id, hash, bytes, type, ttlMs: 60_000, maxReads }
}

describe("a channel whose server or members lie", () => {
  let ray: Viewer
  let swap: ((sealed: Uint8Array) => Uint8Array) | undefined
  const tap = (items: ItemTransport): ItemTransport => ({
    ...items,
    async get(id, options) {
      const fetched = await items.get(id, options)
      return fetched && { ...fetched, sealed: (swap?.(fetched.sealed) ?? fetched.sealed).slice() }
    },
  })
  beforeEach(async () => {
    swap = undefined
    ray = await audience.join("Ray", ann, "receiver", { tap })
    await expectReaders(ann, ray)
  })

  test("does not show a picture that nobody announced", async () => {
    const identity = generateKeyPair()
    const sealed = await seal(picture, { to: [identity.recipient] })
    const id = toBase64Url(randomBytes(16))
    const now = audience.clock.now()
    const item = { id, sealed, storedAt: now, expiresAt: now + 60_000, maxReads: 9 }
    await audience.store.put(ann.room.id, item, { maxItems: 9, maxBytes: 1 << 20 })
    await ann.channel.post(picture, jpeg)
    await newImage(ray)
    expect(ray.channel.items.map((shown) => shown.id)).not.toContain(id)
    expect(ray.channel.items).toHaveLength(1)
  })

  test("refuses a picture whose bytes were changed", async () => {
    await ann.channel.post(picture, jpeg)
    const item = await newImage(ray)
    swap = (sealed) => sealed.map((byte, i) => (i === sealed.length - 1 ? byte ^ 1 : byte))
    await expect(ray.channel.open(item)).rejects.toThrow(code("ROOMS_FORGED"))
    swap = (sealed) => sealed.subarray(1)
    await expect(ray.channel.open(item)).rejects.toThrow(code("ROOMS_FORGED"))
  })

  test("refuses a picture that was swapped for another one that is sealed to us", async () => {
    const other = await seal(
      picture.map((byte) => byte ^ 1),
      { to: [generateKeyPair().recipient] },
    )
    await ann.channel.post(picture, jpeg)
    const first = await newImage(ray)
    let earlier: Uint8Array = other
    swap = (sealed) => (earlier = sealed)
    await ray.channel.open(first)
    await ann.channel.post(picture, jpeg)
    const second = (await expectTold(ray, "new_image", ({ item }) => item.id !== first.id)).item
    swap = () => earlier
    await expect(ray.channel.open(second)).rejects.toThrow(code("ROOMS_FORGED"))
  })

  test("takes no announcement twice", async () => {
    await ann.channel.post(picture, jpeg)
    await newImage(ray)
    await ann.room.send(channelKind, await announcementOf(ann))
    expect((await expectTold(ray, "refused")).code).toBe("ROOMS_FORGED")
    expect(ray.channel.items).toHaveLength(1)
    // Not after it expired either.
    await ann.channel.beginSession()
    await expectTold(ray, "item_expired")
    await ann.room.send(channelKind, await announcementOf(ann))
    await vi.waitFor(() => expect(ray.told.filter(({ type }) => type === "refused")).toHaveLength(2))
    expect(ray.channel.items).toEqual([])
  })

  test("refuses announcements and sessions of those who may only receive", async () => {
    await ann.channel.post(picture, jpeg)
    const item = await newImage(ray)
    const sealed = new Uint8Array(100)
    const id = toBase64Url(randomBytes(16))
    await audience.items(ann.room.id, () => ray.room.pass).put({ id, sealed, ttlMs: 1000, maxReads: 1 })
    const hash = toBase64Url(sha256(sealed))
    const said = { v: 1, k: "item", id, hash, bytes: 100, type: "image/png", ttlMs: 1000, maxReads: 1 }
    await ray.room.send(channelKind, said)
    expect(await expectTold(ann, "refused")).toMatchObject({ code: "ROOMS_FORGED", from: { name: "Ray" } })
    await ray.room.send(channelKind, { v: 1, k: "session" })
    await vi.waitFor(() => expect(ann.told.filter(({ type }) => type === "refused")).toHaveLength(2))
    expect(ann.channel.items.map((shown) => shown.id)).toEqual([item.id])
  })

  test("believes no member who says that a picture is spent while the server has it", async () => {
    await ann.channel.post(picture, jpeg)
    const { id } = await newImage(ray)
    await ray.room.send(channelKind, { v: 1, k: "spent", id })
    await ray.room.send(channelKind, { v: 1, k: "spent" })
    expect((await expectTold(ann, "refused")).code).toBe("ROOMS_MALFORMED")
    expect(ann.channel.items).toHaveLength(1)
  })

  test("leaves aside keys that are none", async () => {
    await ray.room.send(channelKind, { v: 1, k: "key", recipient: "age1nonsense", asks: false })
    expect((await expectTold(ann, "refused")).code).toBe("ROOMS_MALFORMED")
    await ann.channel.post(picture, jpeg)
    expect(await ray.channel.open(await newImage(ray))).toEqual(picture)
  })

  test("gives nothing to who was removed", async () => {
    const gone = ann.room.members.find(({ name }) => name === "Ray")!
    await ann.room.kick(gone)
    await expectTold(ann, "user_left")
    await ann.channel.post(picture, jpeg)
    await newImage(ann)
    expect(ray.channel.items).toEqual([])
    await audience.hub.tick()
    await expect(ray.channel.post(picture, jpeg)).rejects.toThrow()
  })
})
