import { inviteFragment } from "@darkslide/rooms"
import { tapFragment } from "@darkslide/rooms/channels"
import { expect, test } from "vitest"
import { readEntry } from "../../src/rooms/read-entry.ts"

const roomId = "gr2q7gf5lh6pzfdnurnkvputhp"
const secret = new Uint8Array(32).fill(7)

test("readEntry() knows links of every kind, codes and names", () => {
  const place = `https://example.org/rooms/${roomId}`
  const invite = { roomId, secret }
  expect(readEntry(` ${place}${inviteFragment(invite)} `)).toEqual({ kind: "entry", entry: { invite } })
  expect(readEntry(inviteFragment(invite))).toEqual({ kind: "entry", entry: { invite } })
  expect(readEntry("12345-678901")).toEqual({ kind: "entry", entry: { code: "12345-678901" } })
  expect(readEntry("12345 678901")).toEqual({ kind: "entry", entry: { code: "12345-678901" } })
  expect(readEntry(place)).toEqual({ kind: "room", roomId })
  expect(readEntry(roomId)).toEqual({ kind: "room", roomId })
  const tap = { roomId, seed: secret }
  expect(readEntry(`${place}${tapFragment(tap)}`)).toEqual({ kind: "tap", tap })
  expect(readEntry(`${place}#2.${roomId}.a.b`)).toEqual({ kind: "password-link", fragment: `#2.${roomId}.a.b` })
})

test("readEntry() refuses the rest", () => {
  for (const text of ["", "hello", "#1.", "https://example.org/", "12345-67890", `${roomId}x`])
    expect(() => readEntry(text)).toThrow(expect.objectContaining({ code: "ROOMS_LINK_MALFORMED" }))
})
