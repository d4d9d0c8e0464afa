import { inspect, randomBytes } from "@darkslide/crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { HubSession } from "../../src/client/hub-session.ts"
import { parseTap, tapFragment, tapOf, tapSigner } from "../../src/link/tap-link.ts"
import { signal } from "../room/company.ts"
import { Audience, expectReaders, newImage, type Viewer } from "./audience.ts"

const picture = new TextEncoder().encode(`a picture of the harbour ${randomBytes(500).join()}`)
const jpeg = { type: "image/jpeg" } as const

let audience: Audience
let ann: Viewer
let ray: Viewer
beforeEach(async () => {
  audience = new Audience()
  ann = await audience.create("Ann of the harbour")
  ray = await audience.join("Ray", ann, "receiver")
  await expectReaders(ann, ray)
})

describe("an interceptor", () => {
  test("gets the bytes as the server has them, and nothing else", async () => {
    const { seen } = await audience.intercept(ann)
    await ann.room.chat("a word about the harbour")
    await ann.channel.post(picture, jpeg)
    await newImage(ray)
    const stored = await vi.waitFor(() => {
      const found = seen.find((event) => event.type === "stored")
      if (!found) throw new Error("nothing was stored")
      return found
    })
    const read = await audience.store.read(ann.room.id, stored.item.id, { now: audience.clock.now(), counts: false })
    expect(stored.bytes).toEqual(read?.sealed)
    expect((await inspect(stored.bytes)).stanzas.map(({ type }) => type)).toEqual(["X25519", "X25519"])
    expect(seen.filter(({ type }) => type === "message").length).toBeGreaterThan(1)
    const all = Buffer.concat(
      seen.map((event) => ("bytes" in event ? event.bytes : Buffer.from(JSON.stringify(event)))),
    )
    for (const word of ["harbour", "Ann", "Ray", "image/jpeg"]) {
      expect(all.includes(word)).toBe(false)
      expect(all.includes(Buffer.from(word).toString("base64url").slice(0, -1))).toBe(false)
    }
  })

  test("sees what is removed, and when", async () => {
    const { seen } = await audience.intercept(ann)
    await ann.channel.post(picture, jpeg)
    await vi.waitFor(() => expect(seen.map(({ type }) => type)).toContain("stored"))
    await ann.channel.beginSession()
    await vi.waitFor(() => expect(seen.map(({ type }) => type)).toContain("removed"))
    await ann.channel.post(picture, { ...jpeg, ttlMs: 1000 })
    await vi.waitFor(() => expect(seen.filter(({ type }) => type === "stored")).toHaveLength(2))
    audience.clock.advance(1000)
    await vi.waitFor(() => expect(seen.filter(({ type }) => type === "removed")).toHaveLength(2))
  })

  test("does not use up what may be read once", async () => {
    const { seen } = await audience.intercept(ann)
    await ann.channel.post(picture, { ...jpeg, maxReads: 1 })
    await vi.waitFor(() => expect(seen.map(({ type }) => type)).toContain("stored"))
    expect(await ray.channel.open(await newImage(ray))).toEqual(picture)
    await vi.waitFor(() => expect(seen.map(({ type }) => type)).toContain("removed"))
  })

  test("is counted by nobody, and heard by nobody", async () => {
    const before = ann.room.members.length
    const { interception, seen } = await audience.intercept(ann)
    const tap = tapOf(ann.room.invite)
    const session = await HubSession.join({
      transport: audience.company.transport(),
      roomId: tap.roomId,
      admission: tapSigner(tap),
      admits: true,
      watches: true,
      signal: signal(),
    })
    session.run({ onMessage: () => undefined, onState: () => undefined, onEnd: () => undefined })
    expect(session.joined.present).toHaveLength(2)
    await expect(session.ask({ t: "post", body: "AgAA" })).rejects.toThrow(
      expect.objectContaining({ code: "ROOMS_FORBIDDEN" }),
    )
    const items = audience.items(tap.roomId, () => session.joined.token)
    await expect(items.clear()).rejects.toThrow("only listening")
    await ann.room.chat("anybody there?")
    await vi.waitFor(() => expect(seen.map(({ type }) => type)).toContain("message"))
    expect(ann.room.members).toHaveLength(before)
    interception.close()
    await vi.waitFor(() => expect(seen.at(-1)?.type).toBe("closed"))
  })

  test("stays out when the link is replaced", async () => {
    const tap = tapOf(ann.room.invite)
    await ann.room.revokeLink()
    const joining = HubSession.join({
      transport: audience.company.transport(),
      roomId: tap.roomId,
      admission: tapSigner(tap),
      admits: false,
      watches: true,
      signal: signal(),
    })
    await expect(joining).rejects.toThrow(expect.objectContaining({ code: "ROOMS_LINK_REVOKED" }))
  })

  test("comes by a link that leads nowhere else", () => {
    const tap = tapOf(ann.room.invite)
    expect(parseTap(`https://example.org/channels${tapFragment(tap)}`)).toEqual(tap)
    for (const link of ["#1.x.y", tapFragment(tap).slice(0, -1), `${tapFragment(tap)}.more`, ""])
      expect(() => parseTap(link)).toThrow(expect.objectContaining({ code: "ROOMS_LINK_MALFORMED" }))
  })
})
