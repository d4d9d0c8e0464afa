import { toBase64Url } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { openAsOwner } from "../../src/keys/owner-keys.ts"
import { signGrant } from "../../src/membership/grant.ts"
import { checkHead } from "../../src/membership/head.ts"
import { makePerson, makeRoom } from "./people.ts"

const forged = expect.objectContaining({ code: "ROOMS_FORGED" })

describe("checkHead()", () => {
  test("accepts the owner's, and what follows it", async () => {
    const room = makeRoom()
    const first = checkHead(await room.head(), room.roomId)
    const second = checkHead(await room.head({ serial: 1, generation: 1, locked: true }), room.roomId, first)
    expect(second).toMatchObject({ serial: 1, locked: true })
    const proven = await room.head()
    expect(() => checkHead({ ...proven, sealedSecret: new Uint8Array(3) }, room.roomId)).toThrow(forged)
  })

  test("refuses a rollback, the same serial again, and another room's", async () => {
    const room = makeRoom()
    const second = checkHead(await room.head({ serial: 1, generation: 1 }), room.roomId)
    const old = await room.head()
    const same = await room.head({ serial: 1, generation: 1, locked: true })
    const fewer = await room.head({ serial: 2, generation: 0 })
    const foreign = await makeRoom().head({ serial: 5 })
    for (const head of [old, same, fewer, foreign]) expect(() => checkHead(head, room.roomId, second)).toThrow(forged)
  })

  test("accepts a moderator's, unless it changes who is staff or whom secrets are sealed to", async () => {
    const room = makeRoom()
    const moderator = makePerson()
    const person = toBase64Url(moderator.publicKey)
    const facts = { room: room.roomId, person, role: "moderator", admits: true, generation: 0, serial: 0 } as const
    const grant = await signGrant(facts, room.owner)
    const first = checkHead(await room.head(), room.roomId)
    const kick = await room.head({ serial: 1, generation: 1 }, moderator, grant)
    expect(checkHead(kick, room.roomId, first)).toMatchObject({ by: person })
    const takeover = await room.head({ serial: 1, generation: 1, staffFrom: 1 }, moderator, grant)
    const thief = await room.head({ serial: 1, ownerRecipient: "age1thief" }, moderator, grant)
    const guest = await room.head({ serial: 1 }, moderator, await signGrant({ ...facts, role: "member" }, room.owner))
    const nobody = await room.head({ serial: 1 }, makePerson(), grant)
    for (const head of [takeover, thief, guest, nobody])
      expect(() => checkHead(head, room.roomId, first)).toThrow(forged)
    const removed = checkHead(await room.head({ serial: 1, generation: 1, staffFrom: 1 }), room.roomId, first)
    expect(() => checkHead(kick, room.roomId, removed)).toThrow(forged)
    expect(() => checkHead({ ...kick, grant: new Uint8Array() }, room.roomId, first)).toThrow()
  })

  test("keeps the newest secret for the owner alone", async () => {
    const room = makeRoom()
    const { sealedSecret } = await room.head()
    expect(await openAsOwner(sealedSecret, room.keys)).toEqual({ roomId: room.roomId, secret: room.secret })
    await expect(openAsOwner(sealedSecret, makeRoom().keys)).rejects.toThrow("no identity matched")
  })
})
