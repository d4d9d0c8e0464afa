import { toBase64Url } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { checkCredential, encodeCredential, signLeaf } from "../../src/membership/credential.ts"
import { signGrant } from "../../src/membership/grant.ts"
import { makePerson, makeRoom } from "./people.ts"

async function makeMember(name: string) {
  const room = makeRoom()
  const [person, leaf] = [makePerson(), makePerson()]
  const claim = { room: room.roomId, owner: room.ownerKey, leaf: leaf.publicKey, name }
  const facts = { room: room.roomId, role: "member", admits: false, generation: 3, serial: 0 } as const
  const keys = { person: toBase64Url(person.publicKey), leaf: toBase64Url(leaf.publicKey) }
  const proven = { grant: await signGrant({ ...facts, ...keys }, room.owner), issuer: new Uint8Array() }
  const credential = encodeCredential(await signLeaf(claim, person), proven)
  return { room, person, leaf, claim, credential, proven }
}

describe("checkCredential()", () => {
  test("tells who sits on a leaf, under which name and role", async () => {
    const { room, leaf, credential, person } = await makeMember("Åsa")
    expect(checkCredential(credential, leaf.publicKey, { roomId: room.roomId })).toMatchObject({
      name: "Åsa",
      person: toBase64Url(person.publicKey),
      grant: { role: "member", generation: 3 },
    })
  })

  test("refuses another leaf, another room, another person's name, and any flipped bit", async () => {
    const { room, leaf, credential, claim, proven } = await makeMember("Kim")
    const trust = { roomId: room.roomId }
    const other = makePerson()
    expect(() => checkCredential(credential, other.publicKey, trust)).toThrow("another leaf")
    expect(() => checkCredential(credential, leaf.publicKey, { roomId: makeRoom().roomId })).toThrow("another room")
    const stolen = encodeCredential(await signLeaf(claim, other), proven)
    expect(() => checkCredential(stolen, leaf.publicKey, trust)).toThrow("another leaf or person")
    for (let at = 0; at < credential.length; at += 37) {
      const flipped = credential.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 4
      expect(() => checkCredential(flipped, leaf.publicKey, trust)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ROOMS_(FORGED|MALFORMED)$/) }),
      )
    }
  })
})
