import { generateSigningSeed, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { beforeEach, describe, expect, test } from "vitest"
import { ownerSigner } from "../../src/keys/owner-keys.ts"
import { signGrant } from "../../src/membership/grant.ts"
import { signHead } from "../../src/membership/head.ts"
import { Room } from "../../src/room/room.ts"
import { toWireHead } from "../../src/wire/wire-head.ts"
import { Company, expectEvent } from "./company.ts"
import { chats, state } from "./lies.ts"

let company: Company
beforeEach(() => {
  company = new Company()
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
