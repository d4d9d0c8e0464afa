import { generateSigningSeed, randomBytes, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { mlsGroupKeys } from "../../src/group/mls-provider.ts"
import { ownerSigner } from "../../src/keys/owner-keys.ts"
import { doorSecrets } from "../../src/keys/room-secret.ts"
import { encodeCredential, signLeaf } from "../../src/membership/credential.ts"
import { signGrant } from "../../src/membership/grant.ts"
import { signHead } from "../../src/membership/head.ts"
import { returnToRoom } from "../../src/room/join-room.ts"
import { encodeLobbyBody } from "../../src/room/log-body.ts"
import { Room } from "../../src/room/room.ts"
import type { RoomState } from "../../src/room/room-state.ts"
import type { HubMessage, HubMessageOf } from "../../src/wire/hub-message.ts"
import { toWireHead } from "../../src/wire/wire-head.ts"
import { Company, expectEvent, expectSettled, signal, type Guest } from "./company.ts"

// A hub that lies, by a tap between the honest one and single members. Each test is one attack: it is found out, or it
// changes nothing but who can be reached.

type Entry = HubMessageOf<"message">

let company: Company
let hub: Hub
beforeEach(() => {
  hub = createHub({ log: memoryLog() })
  company = new Company(hub)
})

const code = (name: string): Error => expect.objectContaining({ code: name }) as Error

async function expectForked(guest: Guest): Promise<void> {
  expect((await expectEvent(guest, "closed")).error?.code).toBe("ROOMS_FORKED")
}

const state = ({ room }: Guest): RoomState => Room.engineOf(room).state
const chats = (guest: Guest): string[] => guest.seen.flatMap((one) => (one.type === "chat" ? [one.text] : []))

/** Lets a member get other entries than the hub has, from now on; numbers stay without a hole. */
function rewrite(guest: Guest, change: (entry: Entry) => readonly Entry[]): void {
  let shift = 0
  guest.transport.tap = {
    toClient(message) {
      if (message.t !== "message") return [message]
      const shown = change(message)
      const start = message.seq + shift
      shift += shown.length - 1
      return shown.map((entry, i) => ({ ...entry, seq: start + i }))
    },
  }
}

/** Does it once, to the first entry. */
function once(change: (entry: Entry) => readonly Entry[]): (entry: Entry) => readonly Entry[] {
  let isDone = false
  return (entry) => {
    if (isDone) return [entry]
    isDone = true
    return change(entry)
  }
}

const flip = (body: string): string => body.slice(0, -4) + (body.endsWith("AAAA") ? "BBBB" : "AAAA")
const newId = (): string => toBase64Url(randomBytes(16))

describe("a hub that lies about the log", () => {
  let ann: Guest
  let bo: Guest
  let cy: Guest
  beforeEach(async () => {
    const guests = await company.gather("Ann", "Bo", "Cy")
    ann = guests[0]!
    bo = guests[1]!
    cy = guests[2]!
  })

  test("drops a message for one member: the number is missing", async () => {
    cy.transport.tap = { toClient: once1((message) => (message.t === "message" ? [] : [message])) }
    await ann.room.chat("lost")
    await ann.room.chat("next")
    await expectForked(cy)
    expect(chats(cy)).toEqual([])
  })

  test("drops a message and numbers anew: the next word shows it", async () => {
    rewrite(
      cy,
      once(() => []),
    )
    await ann.room.chat("lost")
    await ann.room.chat("next")
    await expectForked(cy)
  })

  test("drops a message for one member, who goes on speaking: the others find out", async () => {
    rewrite(
      bo,
      once(() => []),
    )
    await cy.room.chat("lost")
    await expectEvent(ann, "chat")
    await bo.room.chat("from a shorter log")
    await bo.room.chat("and on")
    await expectForked(ann)
  })

  test("delays a message behind another", async () => {
    const held: Entry[] = []
    rewrite(cy, (entry) => {
      if (held.length > 0) return [entry, ...held.splice(0)]
      if (chats(cy).length === 0 && held.push(entry) === 1) return []
      return [entry]
    })
    await ann.room.chat("first")
    await ann.room.chat("second")
    await ann.room.chat("third")
    await expectForked(cy)
  })

  test("repeats a message for all under a new number: nobody believes it", async () => {
    let recorded = ""
    for (const guest of [ann, bo, cy]) {
      rewrite(guest, (entry) => {
        recorded ||= entry.body
        return [entry]
      })
    }
    await ann.room.chat("once")
    await expectEvent(cy, "chat")
    for (const guest of [ann, bo, cy]) {
      rewrite(
        guest,
        once((entry) => [entry, { ...entry, id: "r".repeat(22), body: recorded }]),
      )
    }
    await bo.room.chat("twice")
    await bo.room.chat("thrice")
    await expectEvent(cy, "chat", ({ text }) => text === "thrice")
    expect(chats(cy)).toEqual(["once", "twice", "thrice"])
    expect((await expectEvent(cy, "ignored")).code).toBe("ROOMS_FORGED")
  })

  test("repeats a message for one", async () => {
    rewrite(
      cy,
      once((entry) => [entry, { ...entry, id: newId() }]),
    )
    await ann.room.chat("once")
    await ann.room.chat("next")
    await ann.room.chat("after")
    await expectForked(cy)
    expect(chats(cy)).toEqual(["once", "next"])
  })

  test("changes a message on its way", async () => {
    rewrite(
      cy,
      once((entry) => [{ ...entry, body: flip(entry.body) }]),
    )
    await ann.room.chat("changed")
    await ann.room.chat("next")
    await expectForked(cy)
    expect(chats(cy)).toEqual([])
  })

  test("changes a member's own message for everybody, the member too", async () => {
    for (const guest of [ann, bo, cy])
      rewrite(
        guest,
        once((entry) => [{ ...entry, body: flip(entry.body) }]),
      )
    await ann.room.chat("mine")
    await expectForked(ann)
  })

  test("invents a message for all: nobody believes it", async () => {
    const invented = { from: 7, id: newId(), body: toBase64Url(Uint8Array.of(2, ...randomBytes(300))) }
    for (const guest of [ann, bo, cy])
      rewrite(
        guest,
        once((entry) => [entry, { ...invented, t: "message", seq: 0 }]),
      )
    await ann.room.chat("real")
    await ann.room.chat("next")
    await expectEvent(cy, "chat", ({ text }) => text === "next")
    expect(chats(cy)).toEqual(["real", "next"])
  })

  test("invents a message for one", async () => {
    rewrite(
      cy,
      once((entry) => [{ ...entry, id: newId(), body: toBase64Url(Uint8Array.of(9, 9)) }, entry]),
    )
    await ann.room.chat("real")
    await ann.room.chat("next")
    await expectForked(cy)
  })

  test("says that a message was sent by another connection: the sender is who signed it", async () => {
    const number = cy.transport.frames.length
    expect(number).toBeGreaterThan(0)
    for (const guest of [ann, bo, cy]) rewrite(guest, (entry) => [{ ...entry, from: 4_000_000_000 }])
    await ann.room.chat("by Ann")
    expect((await expectEvent(cy, "chat")).from.name).toBe("Ann")
  })

  test("brings a message of another room", async () => {
    const [other] = await company.gather("Ann", "Eve")
    let foreign = ""
    rewrite(other!, (entry) => {
      foreign = entry.body
      return [entry]
    })
    await other!.room.chat("elsewhere")
    await vi.waitFor(() => expect(foreign).not.toBe(""))
    for (const guest of [ann, bo, cy])
      rewrite(
        guest,
        once((entry) => [entry, { ...entry, id: "f".repeat(22), body: foreign }]),
      )
    await ann.room.chat("here")
    await ann.room.chat("next")
    await expectEvent(cy, "chat", ({ text }) => text === "next")
    expect(chats(cy)).toEqual(["here", "next"])
  })

  test("rewinds the log after a drop", async () => {
    await ann.room.chat("1")
    await expectEvent(cy, "chat")
    const entries: Entry[] = []
    cy.transport.tap = {
      toClient: (message) => (message.t === "message" ? [{ ...message, seq: message.seq - 1 }] : [message]),
    }
    await ann.room.chat("2")
    await expectForked(cy)
    expect(entries).toEqual([])
  })

  test("withholds a commit from one member: the next word is of an epoch that never came", async () => {
    rewrite(cy, (entry) => (entry.slot === undefined ? [entry] : []))
    await bo.room.leave()
    await expectEvent(ann, "member_left")
    await ann.room.chat("in the new epoch")
    await expectForked(cy)
    expect(chats(cy)).toEqual([])
  })

  test("accepts two commits of one epoch and shows each member its own", async () => {
    // Cy never sees Ann's removal of Bo, commits the same itself, and the hub takes that too.
    let own: Entry | undefined
    cy.transport.tap = {
      toHub(message) {
        if (message.t !== "post" || message.slot === undefined) return [message]
        const { id, body, slot } = message
        own = { t: "message", seq: 0, from: state(cy).numbers.get(cy.room.self.leaf) ?? 0, id, body, slot }
        return []
      },
      toClient(message) {
        if (message.t !== "message" || message.slot === undefined) return [message]
        return own ? [{ ...own, seq: message.seq }] : []
      },
    }
    await bo.room.leave()
    await expectEvent(ann, "member_left")
    await ann.room.chat("a")
    await expectForked(cy)
    expect([cy.room.code === ann.room.code, chats(cy)]).toEqual([false, []])
  })

  test("withholds everything, while members hear each other elsewhere", async () => {
    cy.transport.tap = { toClient: () => [] }
    await bo.room.leave()
    await expectEvent(ann, "member_left")
    const { room } = ann
    cy.room.hearEpoch({ epoch: room.keys.epoch, code: room.code })
    await expectForked(cy)
    room.hearEpoch({ epoch: room.keys.epoch, code: room.code })
    room.hearEpoch({ epoch: 1n, code: "an older one" })
    expect(room.members).toHaveLength(2)
    room.hearEpoch({ epoch: room.keys.epoch, code: "another group's" })
    await expectForked(ann)
  })

  test("repeats a commit", async () => {
    const commits: Entry[] = []
    for (const guest of [ann, cy]) {
      rewrite(guest, (entry) => {
        if (entry.slot !== undefined) commits.push(entry)
        return entry.slot === undefined && commits[0] ? [entry, { ...commits[0], id: "c".repeat(22) }] : [entry]
      })
    }
    await bo.room.leave()
    await expectSettled([ann, cy])
    await ann.room.chat("one")
    await expectEvent(cy, "chat")
    await expectSettled([ann, cy])
    expect((await expectEvent(cy, "ignored")).code).toBe("ROOMS_FORGED")
  })
})

/** As {@link once}, for any message. */
function once1(change: (message: HubMessage) => readonly HubMessage[]): (message: HubMessage) => readonly HubMessage[] {
  let isDone = false
  return (message) => {
    if (isDone) return [message]
    const shown = change(message)
    isDone = shown[0] !== message
    return shown
  }
}

/** Somebody who holds the link, and whom nobody let in: what they make of it. */
async function makeGhost(room: Guest["room"]) {
  const leafSeed = generateSigningSeed()
  const leaf = signerFromSeed(leafSeed).publicKey
  const [person, thief] = [signerFromSeed(generateSigningSeed()), signerFromSeed(generateSigningSeed())]
  const owner = toBase64Url(thief.publicKey)
  const facts = { room: room.id, role: "owner", admits: true, generation: 0, serial: 0 } as const
  const keys = { person: toBase64Url(person.publicKey), leaf: toBase64Url(leaf) }
  const grant = await signGrant({ ...facts, ...keys }, thief)
  const document = await signLeaf({ room: room.id, owner, leaf, name: "Ann" }, person)
  const credential = encodeCredential(document, { grant, issuer: new Uint8Array() })
  const roomSecret = room.invite.secret
  return await mlsGroupKeys().prepare({ roomId: room.id, roomSecret, leafSeed, credential })
}

describe("a hub that wants a member of its own", () => {
  test("posts a key package of somebody whom nobody let in, with the link in hand", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const ghost = await makeGhost(ann!.room)
    const { lobbyKey } = doorSecrets(ann!.room.invite)
    const keyPackage = toBase64Url(ghost.keyPackage)
    const body = encodeLobbyBody({ k: "package", keyPackage }, lobbyKey, ann!.room.id)
    for (const guest of [ann!, bo!])
      rewrite(
        guest,
        once((entry) => [entry, { t: "message", seq: 0, from: 9, id: "g".repeat(22), body }]),
      )
    await bo!.room.chat("x")
    expect((await expectEvent(ann!, "ignored")).code).toBe("ROOMS_FORGED")
    expect(ann!.room.members).toHaveLength(2)
  })

  test("posts one without the link", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const ghost = await makeGhost(ann!.room)
    const keyPackage = toBase64Url(ghost.keyPackage)
    const body = encodeLobbyBody({ k: "package", keyPackage }, randomBytes(32), ann!.room.id)
    for (const guest of [ann!, bo!])
      rewrite(
        guest,
        once((entry) => [entry, { t: "message", seq: 0, from: 9, id: "g".repeat(22), body }]),
      )
    await bo!.room.chat("x")
    expect((await expectEvent(ann!, "ignored")).code).toBe("ROOMS_FORGED")
    expect(ann!.room.members).toHaveLength(2)
  })

  test("swaps a newcomer's key package for its own", async () => {
    const ann = await company.create("Ann")
    const ghost = await makeGhost(ann.room)
    const { lobbyKey } = doorSecrets(ann.room.invite)
    const keyPackage = toBase64Url(ghost.keyPackage)
    const body = encodeLobbyBody({ k: "package", keyPackage }, lobbyKey, ann.room.id)
    rewrite(ann, (entry) => [{ ...entry, body }])
    const waiting = new AbortController()
    const bo = company.join("Bo", { invite: ann.room.invite }, { signal: waiting.signal })
    expect((await expectEvent(ann, "ignored")).code).toBe("ROOMS_FORGED")
    waiting.abort(new Error("enough"))
    await expect(bo).rejects.toThrow("enough")
    expect(ann.room.members).toHaveLength(1)
  })

  test("welcomes a newcomer into a group of its own", async () => {
    const ann = await company.create("Ann")
    const ghost = await (await makeGhost(ann.room)).found().catch((error: unknown) => error)
    expect(ghost).toEqual(code("ROOMS_FORGED"))
  })

  test("lets in again who was kicked, with the old admission", async () => {
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    let old: Entry | undefined
    const di = company.transport()
    for (const guest of [ann!, cy!]) {
      rewrite(guest, (entry) => {
        old ??= entry
        return [entry]
      })
    }
    await company.join("Di", { invite: ann!.room.invite }, { transport: di })
    await vi.waitFor(() => expect(ann!.room.members).toHaveLength(4))
    await ann!.room.kick(ann!.room.members.find(({ name }) => name === "Di")!)
    await expectEvent(cy!, "settings", ({ generation }) => generation === 1)
    for (const guest of [ann!, bo!, cy!])
      rewrite(
        guest,
        once((entry) => [entry, { ...old!, id: "k".repeat(22) }]),
      )
    await ann!.room.chat("x")
    expect((await expectEvent(cy!, "ignored")).code).toBe("ROOMS_FORGED")
    await expectSettled([ann!, bo!, cy!])
    expect(cy!.room.members.some(({ name }) => name === "Di")).toBe(false)
  })

  test("takes the room over with the admission key", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const { head } = state(bo!)
    const { admission } = doorSecrets(ann!.room.invite)
    const stolen = await signHead({ ...head, serial: 5, generation: 5 }, admission)
    const proven = { head: stolen, grant: new Uint8Array(), sealedSecret: randomBytes(200) }
    bo!.transport.inject({ t: "head", ...toWireHead(proven) })
    expect((await expectEvent(bo!, "ignored")).code).toMatch(/^ROOMS_(FORGED|MALFORMED)$/)
    expect(state(bo!).head).toEqual(head)
    await bo!.room.chat("still ours")
    await expectEvent(ann!, "chat")
  })

  test("shows an older head", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const first = state(bo!).head
    let shown: HubMessageOf<"head"> | undefined
    bo!.transport.tap = {
      toClient(message) {
        if (message.t === "head") shown ??= message
        return [message]
      },
    }
    await ann!.room.configure({ locked: true })
    await ann!.room.configure({ maxMembers: 5 })
    await vi.waitFor(() => expect(state(bo!).head.maxMembers).toBe(5))
    bo!.transport.inject(shown!)
    expect((await expectEvent(bo!, "ignored")).code).toBe("ROOMS_FORGED")
    expect([state(bo!).head.serial, state(bo!).head.locked, first.locked]).toEqual([2, true, false])
  })

  test("gives an owner who comes back an older secret: the door it opens is not the one there is", async () => {
    const host = await company.create("Ann")
    const bo = await company.join("Bo", { invite: host.room.invite })
    await expectSettled([host, bo])
    const transport = company.transport()
    let old: HubMessage | undefined
    const look = company.transport()
    look.tap = { toClient: (message) => ((old ??= message.t === "head" ? message : undefined), [message]) }
    await returnToRoom({ transport: look, name: "Ann", owner: host.owner, signal: signal() })
    await host.room.revokeLink()
    transport.tap = { toClient: (message) => [message.t === "head" && old ? old : message] }
    const back = returnToRoom({ transport, name: "Ann", owner: host.owner, signal: signal() })
    await expect(back).rejects.toThrow(code("ROOMS_LINK_REVOKED"))
  })
})

describe("a hub that lies about people", () => {
  test("says that somebody left who did not: everybody sees who removed them, and they are told", async () => {
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    const before = cy!.room.code
    const number = state(ann!).numbers.get(ann!.room.members[1]!.leaf)
    ann!.transport.inject({ t: "people", left: [number ?? 0] })
    await expectSettled([ann!, cy!])
    expect(await expectEvent(cy!, "member_left")).toMatchObject({ member: { name: "Bo" }, by: { name: "Ann" } })
    expect((await expectEvent(bo!, "closed")).error?.code).toBe("ROOMS_REMOVED")
    expect(cy!.room.code).not.toBe(before)
  })

  test("hides that somebody left: they said goodbye to the group", async () => {
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    for (const { transport } of [ann!, cy!])
      transport.tap = { toClient: (message) => (message.t === "people" ? [] : [message]) }
    await bo!.room.leave()
    await expectSettled([ann!, cy!])
    expect(ann!.room.members.map(({ name }) => name)).toEqual(["Ann", "Cy"])
  })

  test("tells a member that it has left itself", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const number = state(bo!).numbers.get(bo!.room.self.leaf)
    bo!.transport.inject({ t: "people", left: [number ?? 0], away: [number ?? 0] })
    await bo!.room.chat("here")
    await expectEvent(ann!, "chat")
    expect(bo!.room.members).toHaveLength(2)
  })

  test("says nonsense, or more than it may: the room ends with a reason", async () => {
    const [ann] = await company.gather("Ann", "Bo")
    ann!.transport.inject({ t: "message", seq: -1, from: 0, id: "", body: "!" })
    expect((await expectEvent(ann!, "closed")).error?.code).toBe("ROOMS_MALFORMED")
    const [eve] = await company.gather("Eve", "Bo")
    eve!.transport.inject({ t: "told", from: 3, body: "A".repeat(2 << 20) })
    expect((await expectEvent(eve!, "closed")).error?.code).toBe("ROOMS_MALFORMED")
  })
})

describe("a hub that lies at the door", () => {
  test("rings with the link it does not have", async () => {
    const ann = await company.create("Ann", { door: "open" })
    const key = toBase64Url(randomBytes(32))
    ann.transport.inject({ t: "knocked", from: 5, key, link: true, body: "" })
    const body = toBase64Url(randomBytes(512))
    ann.transport.inject({ t: "told", from: 5, body })
    expect((await expectEvent(ann, "ignored")).code).toMatch(/^ROOMS_(FORGED|MALFORMED)$/)
    expect(ann.room.members).toHaveLength(1)
  })

  test("answers a newcomer with an earlier newcomer's admission", async () => {
    const ann = await company.create("Ann")
    const told: HubMessageOf<"told">[] = []
    const first = company.transport()
    first.tap = { toClient: (message) => (message.t === "told" && told.push(message), [message]) }
    await company.join("Bo", { invite: ann.room.invite }, { transport: first })
    const second = company.transport()
    second.tap = { toClient: (message) => (message.t === "told" ? [told.shift() ?? message] : [message]) }
    const cy = company.join("Cy", { invite: ann.room.invite }, { transport: second })
    await expect(cy).rejects.toThrow(code("ROOMS_FORGED"))
  })

  test("guesses a code itself: five guesses, and the members hear of each", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const issued = await ann!.room.issueCode()
    const [alias] = issued.split("-")
    for (let guess = 0; guess < 6; guess++) {
      const digits = String((Number(issued.slice(-6)) + 1 + guess) % 1_000_000).padStart(6, "0")
      const want = guess < 4 ? "ROOMS_CODE_WRONG" : "ROOMS_CODE_BURNED"
      await expect(company.join("hub", { code: `${alias}-${digits}` })).rejects.toThrow(code(want))
    }
    await expectEvent(bo!, "attempt_failed", ({ failures, burned }) => failures === 5 && burned)
    await expect(company.join("Cy", { code: issued })).rejects.toThrow(code("ROOMS_CODE_BURNED"))
  })

  test("breaks every run off after the admitter's share: each was a guess", async () => {
    const ann = await company.create("Ann")
    const issued = await ann.room.issueCode()
    for (let run = 0; run < 5; run++) {
      const transport = company.transport()
      transport.tap = { toHub: (message) => (message.t === "tell" ? [{ t: "leave" }] : [message]) }
      await expect(company.join("hub", { code: issued }, { transport })).rejects.toThrow()
    }
    await expect(company.join("Cy", { code: issued })).rejects.toThrow(code("ROOMS_CODE_BURNED"))
  })

  test("brings a code's knock to another member who admits", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    await ann!.room.appoint(ann!.room.members[1]!, "moderator")
    await expectEvent(bo!, "role_changed")
    const issued = await ann!.room.issueCode()
    let knocked: HubMessage | undefined
    ann!.transport.tap = { toClient: (message) => (message.t === "knocked" ? ((knocked = message), []) : [message]) }
    const cy = company.join("Cy", { code: issued })
    await vi.waitFor(() => expect(knocked).toBeDefined())
    const said: string[] = []
    bo!.transport.tap = { toHub: (message) => (message.t === "tell" && said.push(message.t), [message]) }
    bo!.transport.inject(knocked!)
    await expect(cy).rejects.toThrow(code("ROOMS_CODE_WRONG"))
    expect(said).toEqual(["tell"])
  })

  test("plays the admitter to who knocks with a code: it cannot show that it knows it", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const issued = await ann!.room.issueCode()
    const transport = company.transport()
    const forge = (body: string): string => flip(body)
    transport.tap = {
      toClient: (message) => [message.t === "told" ? { ...message, body: forge(message.body) } : message],
    }
    await expect(company.join("Cy", { code: issued }, { transport })).rejects.toThrow()
    expect(bo!.room.members).toHaveLength(2)
  })

  test("says that the link is wrong, the room full, or nobody there: a reason, and no secret", async () => {
    const ann = await company.create("Ann")
    for (const [refusal, want] of [
      ["wrong-link", "ROOMS_LINK_WRONG"],
      ["full", "ROOMS_FULL"],
      ["nobody", "ROOMS_NOBODY_TO_ADMIT"],
    ] as const) {
      const transport = company.transport()
      transport.tap = { toClient: (message) => [message.t === "waiting" ? { t: "error", code: refusal } : message] }
      await expect(company.join("Bo", { invite: ann.room.invite }, { transport })).rejects.toThrow(code(want))
    }
  })

  test("shows a newcomer another room's head", async () => {
    const [ann, eve] = [await company.create("Ann"), await company.create("Eve")]
    const transport = company.transport()
    let foreign: HubMessageOf<"head"> | undefined
    const look = company.transport()
    look.tap = { toClient: (message) => (message.t === "head" && (foreign = message), [message]) }
    await returnToRoom({ transport: look, name: "Eve", owner: eve.owner, signal: signal() })
    transport.tap = {
      toClient: (message) =>
        message.t === "waiting" && foreign ? [{ ...message, head: foreign.head, sealed: foreign.sealed }] : [message],
    }
    const bo = company.join("Bo", { invite: ann.room.invite }, { transport })
    await expect(bo).rejects.toThrow(code("ROOMS_FORGED"))
  })
})

describe("a member that lies", () => {
  test("gives itself a role", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const liar = Room.engineOf(bo!.room)
    const thief = signerFromSeed(generateSigningSeed())
    const facts = { room: ann!.room.id, role: "moderator", admits: true, generation: 0, serial: 9 } as const
    const grant = await signGrant({ ...facts, person: bo!.room.self.person }, thief)
    await liar.say({ k: "role", grant: toBase64Url(grant), issuer: "" })
    expect((await expectEvent(ann!, "ignored")).code).toMatch(/^ROOMS_(FORGED|MALFORMED)$/)
    expect(ann!.room.members[1]?.role).toBe("member")
  })

  test("takes the owner's role away, as a moderator", async () => {
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    const person = signerFromSeed(generateSigningSeed())
    await ann!.room.appoint(ann!.room.members[1]!, "moderator")
    await expectEvent(bo!, "role_changed")
    const facts = { room: ann!.room.id, role: "moderator", admits: true, generation: 0, serial: 1 } as const
    const issuer = await signGrant({ ...facts, person: toBase64Url(person.publicKey) }, ownerSigner(ann!.owner!))
    const { person: owner, leaf } = ann!.room.self
    const demoted = { ...facts, person: owner, leaf, role: "viewer", admits: false, serial: 2 ** 50 } as const
    const grant = await signGrant(demoted, person)
    await Room.engineOf(bo!.room).say({ k: "role", grant: toBase64Url(grant), issuer: toBase64Url(issuer) })
    expect((await expectEvent(cy!, "ignored")).code).toBe("ROOMS_FORGED")
    expect(cy!.room.members[0]?.role).toBe("owner")
  })

  test("changes the room", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const { head } = state(bo!)
    const signed = await signHead({ ...head, serial: 1, locked: true }, signerFromSeed(generateSigningSeed()))
    const wire = toWireHead({ head: signed, grant: new Uint8Array(), sealedSecret: new Uint8Array() })
    await Room.engineOf(bo!.room).say({ k: "settings", ...wire })
    expect((await expectEvent(ann!, "ignored")).code).toBe("ROOMS_FORGED")
    expect(ann!.room.locked).toBe(false)
  })

  test("chats as a viewer", async () => {
    const ann = await company.create("Ann", { door: "knock" })
    const joining = company.join("Bo", { invite: ann.room.invite })
    await ann.room.approve((await expectEvent(ann, "knock")).knock.id, { role: "viewer" })
    const bo = await joining
    await Room.engineOf(bo.room).say({ k: "chat", text: "psst" })
    expect((await expectEvent(ann, "ignored")).code).toBe("ROOMS_FORGED")
    expect(chats(ann)).toEqual([])
  })
})
