import { toBase64Url, type Signer } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { RoomsError } from "../../src/errors.ts"
import { checkGrant, signGrant, type Grant, type ProvenGrant } from "../../src/membership/grant.ts"
import { makePerson, makeRoom, type TestRoom } from "./people.ts"

const none = new Uint8Array()

async function standing(room: TestRoom, person: Signer, changes: Partial<Grant> = {}): Promise<Uint8Array> {
  const facts = { room: room.roomId, role: "moderator", admits: true, generation: 0, serial: 0 } as const
  return await signGrant({ ...facts, person: toBase64Url(person.publicKey), ...changes }, room.owner)
}

async function visit(room: TestRoom, by: Signer, changes: Partial<Grant> = {}): Promise<Uint8Array> {
  const [person, leaf] = [makePerson(), makePerson()].map(({ publicKey }) => toBase64Url(publicKey))
  const facts = { room: room.roomId, role: "member", admits: false, generation: 0, serial: 0 } as const
  return await signGrant({ ...facts, person: person ?? "", leaf, ...changes }, by)
}

const codeOf = (proven: ProvenGrant, room: TestRoom, staffFrom = 0): string => {
  try {
    return checkGrant(proven, { roomId: room.roomId, owner: room.ownerKey, staffFrom }).role
  } catch (error) {
    if (error instanceof RoomsError) return error.code
    throw error
  }
}

describe("checkGrant()", () => {
  test("accepts the owner's grants, and a moderator's to guests", async () => {
    const room = makeRoom()
    const moderator = makePerson()
    const issuer = await standing(room, moderator)
    expect(codeOf({ grant: issuer, issuer: none }, room)).toBe("moderator")
    expect(codeOf({ grant: await visit(room, moderator), issuer }, room)).toBe("member")
    expect(codeOf({ grant: await visit(room, room.owner, { role: "viewer" }), issuer: none }, room)).toBe("viewer")
  })

  test("refuses a stranger's, another room's, and one that is cut", async () => {
    const room = makeRoom()
    const other = makeRoom()
    const stranger = makePerson()
    const grant = await visit(room, stranger)
    expect(codeOf({ grant, issuer: none }, room)).toBe("ROOMS_MALFORMED")
    expect(codeOf({ grant, issuer: await standing(other, stranger) }, room)).toBe("ROOMS_FORGED")
    expect(codeOf({ grant: await visit(other, other.owner), issuer: none }, room)).toBe("ROOMS_FORGED")
    expect(codeOf({ grant: grant.subarray(0, 40), issuer: none }, room)).toBe("ROOMS_MALFORMED")
  })

  test("refuses a moderator who makes moderators, admitters, or standing grants", async () => {
    const room = makeRoom()
    const moderator = makePerson()
    const issuer = await standing(room, moderator)
    for (const changes of [{ role: "moderator" }, { role: "owner" }, { admits: true }, { leaf: undefined }] as const)
      expect(codeOf({ grant: await visit(room, moderator, changes), issuer }, room)).toBe("ROOMS_FORGED")
  })

  test("refuses grants of somebody who admits no more", async () => {
    const room = makeRoom()
    const former = makePerson()
    const issuer = await standing(room, former, { generation: 1 })
    const grant = await visit(room, former, { generation: 2 })
    expect(codeOf({ grant, issuer }, room, 1)).toBe("member")
    expect(codeOf({ grant, issuer }, room, 2)).toBe("ROOMS_FORGED")
    expect(codeOf({ grant, issuer: await standing(room, former, { admits: false }) }, room)).toBe("ROOMS_FORGED")
    expect(codeOf({ grant: issuer, issuer: none }, room, 2)).toBe("ROOMS_FORGED")
  })

  test("refuses an owner whom the room is not named after", async () => {
    const room = makeRoom()
    const thief = makeRoom()
    const grant = await visit(room, thief.owner)
    expect(() => checkGrant({ grant, issuer: none }, { roomId: room.roomId, owner: thief.ownerKey })).toThrow(
      expect.objectContaining({ code: "ROOMS_FORGED" }),
    )
  })
})
