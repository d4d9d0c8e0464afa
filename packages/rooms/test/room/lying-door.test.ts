import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { returnToRoom } from "../../src/room/join-room.ts"
import type { HubMessage, HubMessageOf } from "../../src/wire/hub-message.ts"
import { Company, expectEvent, signal, type Guest } from "./company.ts"
import { code, flip } from "./lies.ts"

let company: Company
beforeEach(() => {
  company = new Company()
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

  test("keeps the door open that was locked: members take nobody in", async () => {
    const ann = await company.create("Ann")
    ignoreHeads(ann)
    await ann.room.configure({ locked: true })
    const waiting = new AbortController()
    const eve = company.join("Eve", { invite: ann.room.invite }, { signal: waiting.signal })
    expect((await expectEvent(ann, "ignored")).code).toBe("ROOMS_FORGED")
    waiting.abort(new Error("enough"))
    await expect(eve).rejects.toThrow("enough")
    expect(ann.room.members).toHaveLength(1)
  })

  test("keeps the door of a link that was replaced: nobody answers at it", async () => {
    const ann = await company.create("Ann")
    const { invite } = ann.room
    ignoreHeads(ann)
    await ann.room.revokeLink()
    await expect(company.join("Eve", { invite })).rejects.toThrow(code("ROOMS_NOBODY_TO_ADMIT"))
    expect((await expectEvent(ann, "ignored")).code).toBe("ROOMS_FORGED")
    expect(ann.room.members).toHaveLength(1)
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

/** Says that it took a new head, and goes on with the one before. */
function ignoreHeads({ transport }: Guest): void {
  transport.tap.toHub = (message) => {
    if (message.t !== "head") return [message]
    transport.inject({ t: "done", id: message.id })
    return []
  }
}
