import { generateKeyPair } from "@darkslide/crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { inviteFragment, parseInvite, takeInvite } from "../../src/link/invite-link.ts"
import { openPasswordLink, passwordLinkFragment } from "../../src/link/password-link.ts"
import { openInvite, sealInvite } from "../../src/link/sealed-invite.ts"
import { generateOwnerKeys } from "../../src/keys/owner-keys.ts"
import { generateRoomSecret } from "../../src/keys/room-secret.ts"

const invite = { roomId: generateOwnerKeys().roomId, secret: generateRoomSecret() }

describe("an invitation", () => {
  test("survives its link, and its fragment alone", () => {
    const fragment = inviteFragment(invite)
    expect(parseInvite(`https://example.org/rooms?x=1${fragment}`)).toEqual(invite)
    expect(parseInvite(fragment)).toEqual(invite)
    expect(fragment).toHaveLength("#1.".length + 26 + 1 + 43)
  })

  test("is refused when it is cut, longer, or anything else", () => {
    const fragment = inviteFragment(invite)
    const bad = [fragment.slice(0, -1), `${fragment}.x`, `${fragment}A`, fragment.replace("#1", "#3"), "", "#"]
    for (const link of bad)
      expect(() => parseInvite(link)).toThrow(expect.objectContaining({ code: "ROOMS_LINK_MALFORMED" }))
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseInvite(text)).toThrow(expect.objectContaining({ code: "ROOMS_LINK_MALFORMED" }))
      }),
      { numRuns: 200 },
    )
  })

  test("is taken from the address once", () => {
    const page = {
      location: { hash: inviteFragment(invite), pathname: "/rooms", search: "?a=b" },
      history: {
        state: 7 as unknown,
        replaceState(state: unknown, _unused: string, url: string) {
          expect([state, url]).toEqual([7, "/rooms?a=b"])
          page.location.hash = ""
        },
      },
    }
    expect(takeInvite(page)).toBe(inviteFragment(invite))
    expect(takeInvite(page)).toBeUndefined()
  })

  test("sealed to an account opens with its identity", async () => {
    const friend = generateKeyPair()
    const sealed = await sealInvite(invite, { to: [friend.recipient] })
    expect(await openInvite(sealed, { with: [friend] })).toEqual(invite)
    await expect(openInvite(sealed, { with: [generateKeyPair()] })).rejects.toThrow("no identity matched")
  })
})

describe("an invitation with a password", () => {
  test("opens with the password in any normal form, and with no other", async () => {
    const link = await passwordLinkFragment(invite, "caf\u00e9 au lait")
    expect(await openPasswordLink(`https://example.org/${link}`, "cafe\u0301 au lait")).toEqual(invite)
    await expect(openPasswordLink(link, "cafe au lait")).rejects.toThrow(
      expect.objectContaining({ code: "ROOMS_PASSWORD_WRONG" }),
    )
    await expect(openPasswordLink(link.slice(0, -1), "x")).rejects.toThrow(
      expect.objectContaining({ code: "ROOMS_LINK_MALFORMED" }),
    )
    await expect(passwordLinkFragment(invite, "")).rejects.toThrow(RangeError)
  })
})
