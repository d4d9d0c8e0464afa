import { generateSigningSeed, randomBytes, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { mlsGroupKeys } from "../../src/group/mls-provider.ts"
import { doorSecrets } from "../../src/keys/room-secret.ts"
import { encodeCredential, signLeaf } from "../../src/membership/credential.ts"
import { signGrant } from "../../src/membership/grant.ts"
import { signHead } from "../../src/membership/head.ts"
import { returnToRoom } from "../../src/room/join-room.ts"
import { encodeLobbyBody, openLobbyBox, readLogBody } from "../../src/room/log-body.ts"
import type { HubMessage, HubMessageOf } from "../../src/wire/hub-message.ts"
import { toWireHead } from "../../src/wire/wire-head.ts"
import { Company, expectEvent, expectSettled, signal, type Guest } from "./company.ts"
import { code, expectForked, once, rewrite, state, type Entry } from "./lies.ts"

let company: Company
beforeEach(() => {
  company = new Company()
})

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

  test("forges a role in what a newcomer is told, with the link in hand", async () => {
    const [ann, bo] = await company.gather("Ann", "Bo")
    const { id, invite } = ann!.room
    const { lobbyKey } = doorSecrets(invite)
    const thief = signerFromSeed(generateSigningSeed())
    const facts = { room: id, role: "moderator", admits: true, generation: 0, serial: 9 } as const
    const grant = toBase64Url(await signGrant({ ...facts, person: bo!.room.self.person }, thief))
    const transport = company.transport()
    transport.tap = {
      toClient(entry) {
        if (entry.t !== "message" || entry.slot === undefined) return [entry]
        const body = readLogBody(entry.body)
        const said = body.kind === "lobby" ? openLobbyBox(body.box, [lobbyKey], id) : undefined
        if (said?.k !== "commit" || !said.welcome) return [entry]
        const { adds, numbers } = said
        const [commit, welcome] = [toBase64Url(said.commit), toBase64Url(said.welcome)]
        const roles = [{ grant, issuer: "" }]
        return [
          { ...entry, body: encodeLobbyBody({ k: "commit", commit, welcome, adds, numbers, roles }, lobbyKey, id) },
        ]
      },
    }
    const cy = await company.join("Cy", { invite }, { transport })
    await expectSettled([ann!, bo!, cy])
    expect(cy.room.members.map(({ role }) => role)).toEqual(["owner", "member", "member"])
    await ann!.room.chat("of another log")
    await expectForked(cy)
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

  test("says that who should commit is away: another does, and one of both counts", async () => {
    const [ann, bo, cy] = await company.gather("Ann", "Bo", "Cy")
    const number = state(ann!).numbers.get(ann!.room.self.leaf)
    cy!.transport.inject({ t: "people", away: [number ?? 0] })
    await bo!.room.leave()
    await expectSettled([ann!, cy!])
    await cy!.room.chat("still of one group")
    await expectEvent(ann!, "chat")
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
