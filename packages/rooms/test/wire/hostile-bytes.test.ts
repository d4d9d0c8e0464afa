import { encodeFields, toBase64Url } from "@darkslide/crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RoomsError } from "../../src/errors.ts"
import { decodeFields } from "../../src/fields.ts"
import { mlsGroupKeys } from "../../src/group/mls-provider.ts"
import { staticLinkKey } from "../../src/group/static-link-key.ts"
import { pad, sealBox, unpad } from "../../src/keys/secret-box.ts"
import { domains } from "../../src/domains.ts"
import { checkCredential } from "../../src/membership/credential.ts"
import { checkGrant } from "../../src/membership/grant.ts"
import { checkHead } from "../../src/membership/head.ts"
import { decodeDoorMessage } from "../../src/room/door-message.ts"
import { decodeGroupMessage } from "../../src/room/group-message.ts"
import { openLobbyBox, readLogBody } from "../../src/room/log-body.ts"
import { readClientMessage } from "../../src/wire/client-message.ts"
import { readHubMessage } from "../../src/wire/hub-message.ts"
import { makeCandidate, makeGroup } from "../group/candidates.ts"
import { makeRoom } from "../membership/people.ts"

const bytes = fc.uint8Array({ maxLength: 600 })
const json = fc.json().map((text) => new TextEncoder().encode(text))

/** Runs it, and lets nothing but this package's error out. */
function tryOut(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(RoomsError)
  }
}

describe("bytes of strangers", () => {
  test("are read or refused with a code, whatever they are", () => {
    const room = makeRoom()
    const trust = { roomId: room.roomId, owner: room.ownerKey }
    fc.assert(
      fc.property(fc.oneof(bytes, json, json.map(pad)), (hostile) => {
        const text = toBase64Url(hostile)
        tryOut(() => readLogBody(text))
        tryOut(() => decodeDoorMessage(text))
        tryOut(() => decodeDoorMessage(new TextDecoder().decode(hostile)))
        tryOut(() => decodeGroupMessage(hostile))
        tryOut(() => decodeFields(hostile, 4))
        tryOut(() => unpad(hostile))
        tryOut(() => checkGrant({ grant: hostile, issuer: hostile }, trust))
        tryOut(() => checkHead({ head: hostile, grant: hostile, sealedSecret: hostile }, room.roomId))
        tryOut(() => checkCredential(hostile, hostile, { roomId: room.roomId }))
        const box = sealBox(room.secret, hostile, encodeFields(domains.lobbyKey, room.roomId))
        tryOut(() => openLobbyBox(box, [room.secret], room.roomId))
      }),
      { numRuns: 300 },
    )
  })

  test("make no message of either side, unless they are one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect([readClientMessage(text), readHubMessage(text)]).toEqual([undefined, undefined])
      }),
      { numRuns: 300 },
    )
  })

  test.each([mlsGroupKeys(), staticLinkKey()])("do no harm to keys of a group ($name)", async (provider) => {
    const room = makeRoom()
    const [ann] = await makeGroup(provider, room, ["Ann", "Bo"])
    const candidate = await makeCandidate(provider, room, "Cy")
    await fc.assert(
      fc.asyncProperty(bytes, async (hostile) => {
        for (const read of [
          () => ann!.open(hostile),
          () => ann!.process(hostile, () => true),
          () => candidate.join(hostile),
          () => provider.readKeyPackage(hostile, room.roomId),
        ])
          await expect(read()).rejects.toBeInstanceOf(RoomsError)
      }),
      { numRuns: 60 },
    )
    expect([ann!.epoch, ann!.members.length]).toEqual([1n, 2])
  })

  test("fields and padding give back what was put in", () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), (fields) => {
        expect(decodeFields(encodeFields(...fields), fields.length)).toEqual(fields)
        for (const field of fields) expect(unpad(pad(field))).toEqual(field)
      }),
      { numRuns: 100 },
    )
  })
})
