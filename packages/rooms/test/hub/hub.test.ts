import { signDocument, toBase64Url } from "@darkslide/crypto"
import { beforeEach, describe, expect, test } from "vitest"
import { domains } from "../../src/domains.ts"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { toWireHead } from "../../src/wire/wire-head.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { doorSecrets, generateRoomSecret } from "../../src/keys/room-secret.ts"
import { makePerson, makeRoom, type TestRoom } from "../membership/people.ts"
import { newId, RawClient } from "./raw-client.ts"

let now = 1_000_000
let hub: Hub
let room: TestRoom

beforeEach(async () => {
  now = 1_000_000
  hub = createHub({ log: memoryLog(), now: () => now })
  room = makeRoom()
  await new RawClient(hub).create(await room.head())
})

const bodies = (client: RawClient): string[] => client.all("message").map(({ body }) => body)

describe("the hub's door", () => {
  test("makes a room once, for who signed its head", async () => {
    const again = new RawClient(hub)
    await again.create(await room.head())
    expect(again.last("refused").code).toBe("exists")
    const thief = new RawClient(hub)
    await thief.create(await makeRoom().head({ room: makeRoom().roomId }))
    await thief.create(await makeRoom().head({}, makePerson()))
    expect(thief.all("refused").map(({ code }) => code)).toEqual(["forbidden", "malformed"])
  })

  test("lets in who holds the secret, and tells the others", async () => {
    const a = await new RawClient(hub).join(room)
    const b = await new RawClient(hub).join(room)
    expect(b.last("joined")).toMatchObject({ present: [a.me, b.me], seq: 0 })
    expect(a.all("people")).toEqual([{ t: "people", joined: [b.me] }])
    expect(b.all("people")).toEqual([])
  })

  test("refuses a wrong secret, an unknown room, and an answer to another greeting", async () => {
    const wrong = await new RawClient(hub).join(room, { secret: generateRoomSecret() })
    expect([wrong.error, wrong.isClosed]).toEqual(["wrong-link", true])
    expect((await new RawClient(hub).join(makeRoom())).error).toBe("unknown-room")
    const replayed = new RawClient(hub)
    const proof = await new RawClient(hub).proveAdmission(room)
    await replayed.say({ t: "join", room: room.roomId, ...proof, admits: false })
    expect(replayed.error).toBe("wrong-link")
  })

  test("says that a link was revoked, is full, locked, or over", async () => {
    const owner = await new RawClient(hub).join(room)
    const secret = generateRoomSecret()
    const admission = toBase64Url(doorSecrets({ roomId: room.roomId, secret }).admission.publicKey)
    const replace = async (changes: Parameters<TestRoom["head"]>[0]): Promise<void> => {
      const proven = await room.head({ generation: 1, admission, ...changes })
      await owner.say({ t: "head", id: newId(), ...toWireHead(proven) })
    }
    await replace({ serial: 1, maxMembers: 1 })
    expect(owner.all("head")).toHaveLength(1)
    expect((await new RawClient(hub).join(room)).error).toBe("revoked")
    expect((await new RawClient(hub).join(room, { secret })).error).toBe("full")
    await replace({ serial: 2, locked: true })
    const knocker = new RawClient(hub)
    const to = { room: room.roomId }
    await knocker.say({ t: "knock", to, ...(await knocker.proveAdmission(room, secret)), body: "" })
    expect(knocker.error).toBe("locked")
    await replace({ serial: 3, expiresAt: now + 5 })
    now += 10
    expect((await new RawClient(hub).join(room, { secret })).error).toBe("expired")
    await hub.tick()
    expect(owner.error).toBe("expired")
    expect((await new RawClient(hub).join(room, { secret })).error).toBe("expired")
  })

  test("puts out who cannot prove the new secret: the kicked, whatever their client does", async () => {
    const [owner, guest, kicked] = await Promise.all([1, 2, 3].map(() => new RawClient(hub).join(room)))
    const secret = generateRoomSecret()
    const admission = toBase64Url(doorSecrets({ roomId: room.roomId, secret }).admission.publicKey)
    const proven = await room.head({ serial: 1, generation: 1, admission })
    await owner!.say({ t: "head", id: newId(), ...toWireHead(proven) })
    await owner!.renew(room, secret)
    await guest!.renew(room, secret)
    await kicked!.renew(room, room.secret)
    now += 9999
    await hub.tick()
    expect(kicked!.isClosed).toBe(false)
    now += 1
    await hub.tick()
    expect([owner, guest, kicked].map((client) => client?.isClosed)).toEqual([false, false, true])
    expect(kicked!.error).toBe("revoked")
    expect(owner!.last("people")).toEqual({ t: "people", left: [kicked!.me] })
  })

  test("brings a knock to one admitter, and their words to each other alone", async () => {
    const stranger = new RawClient(hub)
    const to = { room: room.roomId }
    const knock = { t: "knock", to, key: toBase64Url(stranger.key.publicKey), body: "AAAA" } as const
    await stranger.say(knock)
    expect(stranger.error).toBe("nobody")

    const guest = await new RawClient(hub).join(room, { admits: false })
    const first = await new RawClient(hub).join(room)
    const second = await new RawClient(hub).join(room)
    const knocker = new RawClient(hub)
    await knocker.say({ ...knock, key: toBase64Url(knocker.key.publicKey) })
    expect(first.last("knocked")).toMatchObject({ link: false, body: "AAAA" })
    expect([...guest.all("knocked"), ...second.all("knocked")]).toEqual([])
    const { from } = first.last("knocked")
    await first.say({ t: "tell", to: from, body: "BBBB" })
    expect(knocker.last("told")).toEqual({ t: "told", from: first.me, body: "BBBB" })
    await knocker.say({ t: "tell", to: first.me, body: "CCCC" })
    expect(first.last("told")).toEqual({ t: "told", from, body: "CCCC" })
    await knocker.say({ t: "tell", to: second.me, body: "DDDD" })
    expect([knocker.error, second.all("told")]).toEqual(["forbidden", []])
    expect(first.last("gone")).toEqual({ t: "gone", from })
  })

  test("leads an alias to who issued it, for a while", async () => {
    const [other, issuer] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    await issuer.say({ t: "alias", id: newId() })
    const alias = issuer.last("done").alias ?? ""
    const knock = async (): Promise<RawClient> => {
      const knocker = new RawClient(hub)
      await knocker.say({ t: "knock", to: { alias }, key: toBase64Url(knocker.key.publicKey), body: "" })
      return knocker
    }
    expect((await knock()).last("waiting").room).toBe(room.roomId)
    expect(issuer.last("knocked").alias).toBe(alias)
    await other.say({ t: "unalias", alias })
    expect((await knock()).error).toBeUndefined()
    now += 600_001
    expect((await knock()).error).toBe("unknown-alias")
  })

  test("lets nobody replace the head who only holds the secret", async () => {
    const thief = await new RawClient(hub).join(room)
    const proven = await room.head({ serial: 1, generation: 1 }, doorSecrets(room).admission)
    await thief.say({ t: "head", id: newId(), ...toWireHead(proven) })
    expect(thief.last("refused").code).toBe("malformed")
    const proof = await signDocument(domains.clear, { v: 1, room: room.roomId, nonce: thief.nonce }, makePerson())
    await thief.say({ t: "clear", id: newId(), proof: toBase64Url(proof) })
    expect(thief.last("refused").code).toBe("forbidden")
    expect((await new RawClient(hub).join(room)).error).toBeUndefined()
  })

  test("clears a room for its owner, and never makes it again", async () => {
    const [owner, guest] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    const proof = await signDocument(domains.clear, { v: 1, room: room.roomId, nonce: owner.nonce }, room.owner)
    await owner.say({ t: "clear", id: newId(), proof: toBase64Url(proof) })
    expect([guest.error, guest.isClosed]).toEqual(["cleared", true])
    const again = new RawClient(hub)
    await again.create(await room.head())
    expect(again.last("refused").code).toBe("exists")
  })
})

describe("the hub's order", () => {
  test("is the same for all, the sender too, and each number comes once", async () => {
    const clients = await Promise.all([1, 2, 3].map(() => new RawClient(hub).join(room)))
    await Promise.all(clients.flatMap((client, i) => [0, 1, 2, 3].map((n) => client.post(`A${i}${n}A`))))
    const [first, ...others] = clients.map((client) => client.all("message").map(({ seq, body }) => `${seq} ${body}`))
    expect(first).toHaveLength(12)
    expect(clients[0]?.all("message").map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    for (const other of others) expect(other).toEqual(first)
  })

  test("keeps one message of an id, and the first of a slot", async () => {
    const [a, b] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    const id = newId()
    await a.post("AAAA", { id, slot: "1:0" })
    await a.post("AAAA", { id, slot: "1:0" })
    expect(a.all("message").map((message) => message.id)).toEqual([id])
    expect(a.all("done")).toEqual([{ t: "done", id, seq: 1 }])
    await b.post("BBBB", { slot: "1:0" })
    expect(b.last("refused").code).toBe("taken")
    await b.post("CCCC", { slot: "1:1" })
    expect(bodies(a)).toEqual(["AAAA", "CCCC"])
  })
})

describe("coming back after a drop", () => {
  test("loses nothing and doubles nothing", async () => {
    const [a, b] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    await a.post("AAAA")
    await b.drop()
    expect(a.last("people")).toEqual({ t: "people", away: [b.me] })
    await a.post("BBBB")
    await a.post("CCCC")
    now += 59_000
    await hub.tick()
    const again = new RawClient(hub)
    await again.resume(room, b)
    await a.post("DDDD")
    expect(bodies(again)).toEqual(["BBBB", "CCCC", "DDDD"])
    expect(again.last("resumed").present).toEqual([a.me, b.me])
    expect(a.last("people")).toEqual({ t: "people", back: [b.me] })
    now += 120_000
    await again.say({ t: "ping" })
    await a.say({ t: "ping" })
    await hub.tick()
    expect(a.all("people").some(({ left }) => left)).toBe(false)
  })

  test("is refused without the connection's key, with another token, or beyond the log; and touches nothing", async () => {
    const [a, b] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    const attempts = [{ key: makePerson() }, { token: toBase64Url(generateRoomSecret()) }, { last: 7 }]
    for (const options of attempts) {
      const thief = new RawClient(hub)
      await thief.resume(room, b, options)
      expect([thief.error, b.isClosed]).toEqual(["unknown-session", false])
    }
    await b.drop()
    for (const options of attempts) await new RawClient(hub).resume(room, b, options)
    now += 60_000
    await a.say({ t: "ping" })
    await hub.tick()
    expect(a.last("people")).toEqual({ t: "people", left: [b.me] })
    const late = new RawClient(hub)
    await late.resume(room, b)
    expect(late.error).toBe("unknown-session")
  })

  test("takes the place of a line that still stands", async () => {
    const [a, b] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    const again = new RawClient(hub)
    await again.resume(room, b)
    expect(b.isClosed).toBe(true)
    await a.post("AAAA")
    expect([bodies(b), bodies(again)]).toEqual([[], ["AAAA"]])
    expect(a.all("people").some(({ away }) => away)).toBe(false)
  })

  test("is refused when the log no longer goes back so far", async () => {
    const small = createHub({ log: memoryLog(), now: () => now, limits: { keptEntries: 10, messageBurst: 1000 } })
    await new RawClient(small).create(await room.head())
    const [a, b] = [await new RawClient(small).join(room), await new RawClient(small).join(room)]
    await b.drop()
    for (let i = 0; i < 256; i++) await a.post("AAAA")
    const again = new RawClient(small)
    await again.resume(room, b)
    expect(again.error).toBe("unknown-session")
  })
})

describe("the hub's limits", () => {
  test("close on what is no message, on more than 1 MiB, and on 64 KiB of a stranger", async () => {
    for (const text of ["", "{}", "[1]", '{"t":"ping","x":1}', '{"t":"post","id":"short","body":""}', "\u0000"]) {
      const client = await new RawClient(hub).join(room)
      await client.sayText(text)
      expect([client.error, client.isClosed]).toEqual(["malformed", true])
    }
    const large = await new RawClient(hub).join(room)
    await large.sayText(" ".repeat((1 << 20) + 1))
    expect(large.error).toBe("too-large")
    const stranger = new RawClient(hub)
    await stranger.sayText(" ".repeat(65_537))
    expect(stranger.error).toBe("too-large")
  })

  test("slow down who says too much, and tell when to try again", async () => {
    const client = await new RawClient(hub).join(room)
    for (let i = 0; i < 400; i++) await client.post("AAAA")
    const refused = client.last("refused")
    expect(refused).toMatchObject({ code: "slow-down", retryAfterMs: 10 })
    now += 10
    await client.post("BBBB")
    expect(bodies(client).at(-1)).toBe("BBBB")
  })

  test("end who says nothing: before joining, and after", async () => {
    const silent = new RawClient(hub)
    const member = await new RawClient(hub).join(room)
    now += 10_001
    await hub.tick()
    expect([silent.isClosed, member.isClosed]).toEqual([true, false])
    now += 50_000
    await hub.tick()
    expect(member.isClosed).toBe(true)
  })

  test("end who tries eight doors", async () => {
    const guesser = new RawClient(hub)
    for (let i = 0; i < 9; i++) await guesser.say({ t: "create", id: newId(), head: "", grant: "", sealed: "" })
    expect(guesser.error).toBe("slow-down")
  })

  test("leave out presence and hints, never messages, for who reads too slowly", async () => {
    const [slow, a] = [await new RawClient(hub).join(room), await new RawClient(hub).join(room)]
    slow.bufferedBytes = 300 << 10
    const seen = slow.inbox.length
    const b = await new RawClient(hub).join(room)
    await a.say({ t: "hint", body: "AAAA" })
    await a.post("BBBB")
    expect(slow.inbox.slice(seen).map(({ t }) => t)).toEqual(["message"])
    slow.bufferedBytes = 0
    await hub.tick()
    expect(slow.last("people")).toEqual({ t: "people", present: [slow.me, a.me, b.me] })
    slow.bufferedBytes = 9 << 20
    await a.post("CCCC")
    expect(slow.isClosed).toBe(true)
    const again = new RawClient(hub)
    await again.resume(room, slow)
    expect([...bodies(slow), ...bodies(again)]).toEqual(["BBBB", "CCCC"])
  })

  test("tell of comings and goings in digests above 32 members", async () => {
    const large = makeRoom()
    await new RawClient(hub).create(await large.head({ maxMembers: 100 }))
    const first = await new RawClient(hub).join(large)
    for (let i = 1; i < 32; i++) await new RawClient(hub).join(large)
    expect(first.all("people")).toHaveLength(31)
    const joined = []
    for (let i = 0; i < 20; i++) joined.push((await new RawClient(hub).join(large)).me)
    now += 100
    await hub.tick()
    const digests = first.all("people").slice(31)
    expect(digests).toHaveLength(1)
    expect(digests.flatMap((message) => message.joined)).toEqual(joined)
  })
})
