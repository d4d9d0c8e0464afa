import { generateSigningSeed, signerFromSeed } from "@darkslide/crypto"
import { describe, expect, test, vi } from "vitest"
import { createHub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { returnToRoom } from "../../src/room/join-room.ts"
import { Company, type Guest, expectEvent, expectSettled, signal, watch } from "./company.ts"

const code = (name: string): Error => expect.objectContaining({ code: name }) as Error

describe("a room", () => {
  test("brings people together by its link: same members, same code, chat for all", async () => {
    const guests = await new Company().gather("Ann", "Bo", "Cy", "Di")
    const [ann, bo, cy, di] = guests
    expect(ann?.room.members.map(({ name, role }) => `${name} ${role}`)).toEqual([
      "Ann owner",
      "Bo member",
      "Cy member",
      "Di member",
    ])
    expect(new Set(guests.map(({ room }) => room.code)).size).toBe(1)
    await bo?.room.chat("hello")
    for (const guest of [ann, cy, di]) {
      const { from, text } = await expectEvent(guest!, "chat")
      expect([from.name, text]).toEqual(["Bo", "hello"])
    }
    expect(bo?.seen.filter(({ type }) => type === "chat")).toEqual([])
  })

  test("holds more people than are told of one by one", async () => {
    const company = new Company(createHub({ log: memoryLog(), limits: { messageBurst: 1e5 } }))
    const host = await company.create("Ann", { maxMembers: 33 })
    const guests: Guest[] = [host]
    for (let i = 1; i < 33; i++) guests.push(await company.join(`guest ${i}`, { invite: host.room.invite }))
    await expectSettled(guests)
    await guests[17]!.room.chat("to all of you")
    for (const guest of guests) if (guest !== guests[17]) await expectEvent(guest, "chat")
    expect(new Set(guests.map(({ room }) => room.code)).size).toBe(1)
  }, 120_000)

  test("takes somebody back in who left a moment ago, while their leaving is being dealt with", async () => {
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    await bo!.room.leave()
    for (let i = 0; i < 5; i++) {
      const again = await company.join("Bo", { invite: ann!.room.invite })
      await expectSettled([ann!, again])
      await again.room.leave()
    }
  })

  test("gives new keys when somebody leaves, at once", async () => {
    const [ann, bo, cy] = await new Company().gather("Ann", "Bo", "Cy")
    const before = ann!.room.code
    await bo!.room.leave()
    await expectSettled([ann!, cy!])
    expect(ann!.room.code).not.toBe(before)
    expect((await expectEvent(cy!, "member_left")).member.name).toBe("Bo")
    expect(bo!.seen.at(-1)).toEqual({ type: "closed", seq: expect.any(Number) as number })
    await expect(bo!.room.chat("x")).rejects.toThrow(code("ROOMS_CLOSED"))
  })

  test("goes on when the owner and lowest leaf leaves", async () => {
    const [ann, bo, cy] = await new Company().gather("Ann", "Bo", "Cy")
    await ann!.room.leave()
    await expectSettled([bo!, cy!])
    await cy!.room.chat("still here")
    expect((await expectEvent(bo!, "chat")).text).toBe("still here")
  })

  test("sends to some only what is for some", async () => {
    const [ann, bo, cy] = await new Company().gather("Ann", "Bo", "Cy")
    const forBo = ann!.room.members.filter(({ name }) => name === "Bo")
    await ann!.room.send("offer", { sdp: "v=0" }, { to: forBo })
    await ann!.room.send("all", 1)
    expect(await expectEvent(bo!, "message")).toMatchObject({ kind: "offer", value: { sdp: "v=0" } })
    expect(await expectEvent(cy!, "message")).toMatchObject({ kind: "all" })
  })

  test("is taken up again after a drop: nothing lost, nothing doubled, and it says so", async () => {
    const [ann, bo] = await new Company().gather("Ann", "Bo")
    await ann!.room.chat("1")
    bo!.transport.drop()
    await ann!.room.chat("2")
    ann!.transport.drop()
    await bo!.room.chat("from Bo")
    await ann!.room.chat("3")
    await expectEvent(bo!, "chat", ({ text }) => text === "3")
    await expectEvent(ann!, "chat", ({ text }) => text === "from Bo")
    expect(bo!.seen.flatMap((one) => (one.type === "chat" ? [one.text] : []))).toEqual(["1", "2", "3"])
    expect(bo!.seen.flatMap((one) => (one.type === "connection" ? [one.state] : []))).toContain("reconnecting")
    expect(ann!.room.members).toHaveLength(2)
  })
})

describe("the door", () => {
  test("asks somebody, who sees name and fingerprint, and says yes or no", async () => {
    const company = new Company()
    const ann = await company.create("Ann", { door: "knock" })
    const bo = company.join("Bo", { invite: ann.room.invite })
    const { knock } = await expectEvent(ann, "knock")
    expect(knock).toMatchObject({ name: "Bo", way: "link", trust: "unverified" })
    await ann.room.approve(knock.id, { role: "viewer" })
    const { room } = await bo
    expect(room.self).toMatchObject({ name: "Bo", role: "viewer", fingerprint: knock.fingerprint })
    await expect(room.chat("x")).rejects.toThrow(code("ROOMS_FORBIDDEN"))

    const cy = company.join("Cy", { invite: ann.room.invite })
    const second = await expectEvent(ann, "knock", (one) => one.knock.name === "Cy")
    await ann.room.deny(second.knock.id)
    await expect(cy).rejects.toThrow(code("ROOMS_NOT_ADMITTED"))
  })

  test("lets the second in by the link alone, and asks from the third on", async () => {
    const company = new Company()
    const ann = await company.create("Ann", { door: "pair" })
    const bo = await company.join("Bo", { invite: ann.room.invite })
    await expectSettled([ann, bo])
    const cy = company.join("Cy", { invite: ann.room.invite })
    const { knock } = await expectEvent(ann, "knock")
    await ann.room.approve(knock.id)
    await expectSettled([ann, bo, await cy])
  })

  test("opens to a code once; five wrong ones burn it and everybody is told", async () => {
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    const issued = await ann!.room.issueCode()
    expect(issued).toMatch(/^\d{5}-\d{6}$/)
    await expectSettled([ann!, bo!, await company.join("Cy", { code: issued })])
    await expect(company.join("Di", { code: issued })).rejects.toThrow(code("ROOMS_CODE_BURNED"))

    const second = await ann!.room.issueCode()
    const wrong = `${second.slice(0, -1)}${(Number(second.at(-1)) + 1) % 10}`
    for (let i = 0; i < 4; i++)
      await expect(company.join("Eve", { code: wrong })).rejects.toThrow(code("ROOMS_CODE_WRONG"))
    await expect(company.join("Eve", { code: wrong })).rejects.toThrow(code("ROOMS_CODE_BURNED"))
    await expect(company.join("Di", { code: second })).rejects.toThrow(code("ROOMS_CODE_BURNED"))
    expect(await expectEvent(bo!, "attempt_failed", ({ burned }) => burned)).toMatchObject({ failures: 5, way: "code" })
    await expect(company.join("Di", { code: "nonsense" })).rejects.toThrow(code("ROOMS_CODE_WRONG"))
    await expect(company.join("Di", { code: "99999999-123456" })).rejects.toThrow(code("ROOMS_NOT_FOUND"))
  })

  test("opens to a standing password, which is slowed and not burned", async () => {
    const company = new Company()
    const ann = await company.create("Ann")
    await ann.room.setPassword("correct horse")
    const roomId = ann.room.id
    const bo = await company.join("Bo", { roomId, password: "correct horse" })
    await expectSettled([ann, bo])
    await expect(company.join("Eve", { roomId, password: "battery" })).rejects.toThrow(code("ROOMS_CODE_WRONG"))
    await expect(company.join("Eve", { roomId, password: "staple" })).rejects.toThrow(code("ROOMS_LIMIT_EXCEEDED"))
  })

  test("says what is wrong: link, room, nobody, full, locked", async () => {
    const company = new Company()
    const ann = await company.create("Ann", { maxMembers: 2 })
    const { invite } = ann.room
    const wrong = { ...invite, secret: new Uint8Array(32) }
    await expect(company.join("Eve", { invite: wrong })).rejects.toThrow(code("ROOMS_LINK_WRONG"))
    const nowhere = { ...invite, roomId: "a".repeat(26) }
    await expect(company.join("Eve", { invite: nowhere })).rejects.toThrow(code("ROOMS_NOT_FOUND"))
    await ann.room.configure({ locked: true })
    await expect(company.join("Bo", { invite })).rejects.toThrow(code("ROOMS_LOCKED"))
    await ann.room.configure({ locked: false })
    const bo = await company.join("Bo", { invite })
    await expectSettled([ann, bo])
    await expect(company.join("Cy", { invite })).rejects.toThrow(code("ROOMS_FULL"))
    await ann.room.leave()
    await expect(company.join("Cy", { invite })).rejects.toThrow(code("ROOMS_NOBODY_TO_ADMIT"))
    await company.hub.tick()
  })

  test("says that nobody answers when the one who should does not", async () => {
    const company = new Company()
    const ann = await company.create("Ann")
    ann.transport.tap = { toClient: (message) => (message.t === "told" ? [] : [message]) }
    await expect(company.join("Bo", { invite: ann.room.invite })).rejects.toThrow(code("ROOMS_NOBODY_TO_ADMIT"))
  })

  test("stops waiting when told", async () => {
    const company = new Company()
    const ann = await company.create("Ann", { door: "knock" })
    const waiting = new AbortController()
    const bo = company.join("Bo", { invite: ann.room.invite }, { signal: waiting.signal })
    const { knock } = await expectEvent(ann, "knock")
    waiting.abort(new Error("enough"))
    await expect(bo).rejects.toThrow("enough")
    expect((await expectEvent(ann, "knock_gone")).id).toBe(knock.id)
  })
})

describe("staff", () => {
  test("kick: the link is dead, the keys are new, and the kicked one is told", async () => {
    const company = new Company()
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    const old = bo!.room.invite
    const target = ann!.room.members.find(({ name }) => name === "Bo")
    await ann!.room.kick(target!)
    expect((await expectEvent(bo!, "closed")).error?.code).toBe("ROOMS_REMOVED")
    await expectSettled([ann!, cy!])
    await vi.waitFor(() => expect(cy!.room.invite).toEqual(ann!.room.invite))
    expect(ann!.room.invite.secret).not.toEqual(old.secret)
    await expect(company.join("Bo", { invite: old })).rejects.toThrow(code("ROOMS_LINK_REVOKED"))
    await cy!.room.chat("after")
    expect((await expectEvent(ann!, "chat")).text).toBe("after")
    await expectSettled([ann!, cy!, await company.join("Di", { invite: cy!.room.invite })])
  })

  test("kick: the hub puts out who does not go, and nobody else", async () => {
    let now = Date.now()
    const company = new Company(createHub({ log: memoryLog(), now: () => now }))
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    cy!.transport.tap = { toHub: (message) => (message.t === "leave" ? [] : [message]) }
    bo!.transport.tap = { toHub: (message) => (message.t === "leave" ? [] : [message]) }
    await ann!.room.kick(ann!.room.members[1]!)
    await expectSettled([ann!, cy!])
    await expectEvent(cy!, "settings", ({ generation }) => generation === 1)
    cy!.transport.drop()
    await expectEvent(cy!, "connection", ({ state }) => state === "connected")
    await cy!.room.chat("back")
    await expectEvent(ann!, "chat")
    now += 11_000
    await company.hub.tick()
    await ann!.room.chat("still here")
    await expectEvent(cy!, "chat")
    await expectSettled([ann!, cy!])
  })

  test("are appointed by the owner: a moderator admits, kicks, and revokes the link", async () => {
    const company = new Company()
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    await expect(bo!.room.revokeLink()).rejects.toThrow(code("ROOMS_FORBIDDEN"))
    await ann!.room.appoint(ann!.room.members[1]!, "moderator")
    expect((await expectEvent(cy!, "role_changed")).member).toMatchObject({ name: "Bo", role: "moderator" })
    await expectEvent(bo!, "role_changed")
    await ann!.room.leave()
    await expectSettled([bo!, cy!])
    const di = await company.join("Di", { invite: bo!.room.invite })
    await expectSettled([bo!, cy!, di])
    expect(di.room.members.find(({ name }) => name === "Bo")?.role).toBe("moderator")
    const cyAsSeen = bo!.room.members.find(({ name }) => name === "Cy")
    await bo!.room.kick(cyAsSeen!)
    await expectSettled([bo!, di])
    await expectEvent(di, "settings", ({ generation }) => generation === 1)
    const before = bo!.room.invite
    await bo!.room.revokeLink()
    await expectEvent(di, "settings", ({ generation }) => generation === 2)
    await expect(company.join("Eve", { invite: before })).rejects.toThrow(code("ROOMS_LINK_REVOKED"))
  })

  test("lose it when the owner removes them", async () => {
    const company = new Company()
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    await ann!.room.appoint(ann!.room.members[1]!, "moderator")
    await expectEvent(bo!, "role_changed")
    await expect(bo!.room.kick(bo!.room.members[0]!)).rejects.toThrow(code("ROOMS_FORBIDDEN"))
    await ann!.room.kick(ann!.room.members[1]!)
    expect((await expectEvent(bo!, "closed")).error?.code).toBe("ROOMS_REMOVED")
    await expectSettled([ann!, cy!])
    await expectEvent(cy!, "settings", ({ generation }) => generation === 1)
  })

  test("the owner comes back after the link was replaced, with people there or not", async () => {
    const company = new Company()
    const host = await company.create("Ann")
    const bo = await company.join("Bo", { invite: host.room.invite })
    await expectSettled([host, bo])
    await host.room.appoint(host.room.members[1]!, "moderator")
    await expectEvent(bo, "role_changed")
    await host.room.leave()
    await expectSettled([bo])
    await bo.room.revokeLink()
    const transport = company.transport()
    const options = { transport, name: "Ann", owner: host.owner, signal: signal() }
    const again = watch(await returnToRoom(options), transport)
    await expectSettled([again, bo])
    expect(again.room.members.find(({ name }) => name === "Ann")?.role).toBe("owner")
    await again.room.leave()
    await bo.room.leave()
    const alone = await returnToRoom({ ...options, transport: company.transport() })
    expect(alone.members).toHaveLength(1)
  })

  test("clear the room for good", async () => {
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    const { invite } = ann!.room
    await ann!.room.clear()
    expect((await expectEvent(bo!, "closed")).error?.code).toBe("ROOMS_EXPIRED")
    await expect(company.join("Cy", { invite })).rejects.toThrow(code("ROOMS_EXPIRED"))
  })
})

describe("persons", () => {
  test("are known again by their key, and a new key under the same name is told", async () => {
    const company = new Company()
    const ann = await company.create("Ann")
    const person = signerFromSeed(generateSigningSeed())
    const bo = await company.join("Bo", { invite: ann.room.invite }, { person })
    await expectSettled([ann, bo])
    const seen = ann.room.members[1]!
    expect([seen.trust, seen.fingerprint]).toEqual(["unverified", bo.room.self.fingerprint])
    ann.room.verify(seen)
    expect(ann.room.members[1]?.trust).toBe("verified")
    await bo.room.leave()
    await expectSettled([ann])
    const back = await company.join("Bo", { invite: ann.room.invite }, { person })
    await expectSettled([ann, back])
    expect(ann.room.members[1]?.trust).toBe("verified")
    const other = await company.join("Bo", { invite: ann.room.invite })
    await expectSettled([ann, back, other])
    expect(ann.room.members[2]?.trust).toBe("changed")
  })
})
