import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import type { ClientMessage } from "../../src/wire/client-message.ts"
import type { HubMessage } from "../../src/wire/hub-message.ts"
import { Company, expectEvent, expectSettled, type Guest } from "./company.ts"
import { chats, expectForked, flip, newId, once, onceOf, rewrite, state, type Entry } from "./lies.ts"

let company: Company
beforeEach(() => {
  company = new Company()
})

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
    cy.transport.tap = { toClient: onceOf((message) => (message.t === "message" ? [] : [message])) }
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

  test("rewinds the log after a drop: a number comes again", async () => {
    await ann.room.chat("1")
    await expectEvent(cy, "chat")
    cy.transport.tap = {
      toClient: (message) =>
        message.t === "message" || message.t === "resumed" ? [{ ...message, seq: message.seq - 1 }] : [message],
    }
    cy.transport.drop()
    await ann.room.chat("2")
    await expectForked(cy)
    expect(chats(cy)).toEqual(["1"])
  })

  test("sends again after a drop what had come before it", async () => {
    const entries: Entry[] = []
    rewrite(cy, (entry) => {
      entries.push(entry)
      return [entry]
    })
    await ann.room.chat("1")
    await expectEvent(cy, "chat")
    cy.transport.tap = { toClient: (message) => (message.t === "resumed" ? [message, entries[0]!] : [message]) }
    cy.transport.drop()
    await expectForked(cy)
    expect(chats(cy)).toEqual(["1"])
  })

  test("reorders what one says, for everybody: all see the same", async () => {
    const held: ClientMessage[] = []
    ann.transport.tap = {
      toHub(message) {
        if (message.t !== "post") return [message]
        if (held.length === 0) return (held.push(message), [])
        return [message, ...held]
      },
    }
    await Promise.all([ann.room.chat("first"), ann.room.chat("second")])
    ann.transport.tap = {}
    await ann.room.chat("third")
    for (const guest of [bo, cy]) {
      await expectEvent(guest, "chat", ({ text }) => text === "third")
      expect(chats(guest)).toEqual(["second", "first", "third"])
    }
    expect(ann.seen.flatMap((one) => (one.type === "sent" ? [one.value] : []))).toEqual(["second", "first", "third"])
  })

  test("delays everything for one member, in its order: it is behind, and nothing else", async () => {
    const held: HubMessage[] = []
    cy.transport.tap = {
      toClient(message) {
        held.push(message)
        return []
      },
    }
    await ann.room.chat("1")
    await bo.room.leave()
    await expectEvent(ann, "member_left")
    await ann.room.chat("2")
    expect([chats(cy), cy.room.members.length]).toEqual([[], 3])
    cy.transport.tap = {}
    for (const message of held) cy.transport.inject(message)
    await expectSettled([ann, cy])
    await expectEvent(cy, "chat", ({ text }) => text === "2")
    expect(chats(cy)).toEqual(["1", "2"])
  })

  test("says that a word has its place, which never comes: it is not told as sent", async () => {
    ann.transport.tap = {
      toHub(message) {
        if (message.t !== "post") return [message]
        ann.transport.inject({ t: "done", id: message.id, seq: 1000 })
        return []
      },
    }
    await ann.room.chat("swallowed")
    ann.transport.tap = {}
    await bo.room.chat("next")
    for (const guest of [ann, cy]) await expectEvent(guest, "chat")
    expect([chats(cy), ann.seen.filter(({ type }) => type === "sent")]).toEqual([["next"], []])
  })

  test("changes a commit on its way to one member", async () => {
    rewrite(cy, (entry) => [entry.slot === undefined ? entry : { ...entry, body: flip(entry.body) }])
    await bo.room.leave()
    await expectEvent(ann, "member_left")
    await ann.room.chat("in the new epoch")
    await expectForked(cy)
    expect([chats(cy), cy.seen.some(({ type }) => type === "member_left")]).toEqual([[], false])
  })

  test("changes a commit on its way back to who made it", async () => {
    rewrite(ann, (entry) => [entry.slot === undefined ? entry : { ...entry, body: flip(entry.body) }])
    await bo.room.leave()
    await expectForked(ann)
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
