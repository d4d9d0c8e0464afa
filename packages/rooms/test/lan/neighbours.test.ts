import { randomBytes } from "@darkslide/crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Announcement } from "../../src/beacon/room-beacon.ts"
import { readDatagram } from "../../src/node/lan/datagram.ts"
import { encodeQuery, encodeService, readPacket } from "../../src/node/lan/dns-sd.ts"
import { isOnLink } from "../../src/node/lan/interfaces.ts"
import { Neighbours } from "../../src/node/lan/neighbours.ts"

const now = Date.UTC(2026, 10, 21, 9)
const interfaces = [{ address: "10.77.0.1", netmask: "255.255.255.0" }]
const announcement = (changes: Partial<Announcement> = {}): Announcement => ({
  tag: randomBytes(16),
  port: 8787,
  at: now,
  signature: randomBytes(64),
  ...changes,
})

describe("what others announce", () => {
  test("is kept for two minutes, newest of each beacon", () => {
    const found = new Neighbours()
    const first = announcement()
    expect(found.take(first, "10.77.0.2", { now, interfaces })).toBe(true)
    expect(found.take({ ...first, at: now + 1000 }, "10.77.0.2", { now: now + 1000, interfaces })).toBe(true)
    expect(found.list(now + 1000).map((neighbour) => neighbour.announcement.at)).toEqual([now + 1000])
    expect(found.list(now + 121_001)).toEqual([])
  })

  test("is refused when it is old, of tomorrow, or from elsewhere", () => {
    const found = new Neighbours()
    for (const [other, from] of [
      [announcement({ at: now - 120_001 }), "10.77.0.2"],
      [announcement({ at: now + 120_001 }), "10.77.0.2"],
      [announcement(), "10.78.0.2"],
      [announcement(), "192.0.2.1"],
      [announcement(), "nonsense"],
    ] as const)
      expect(found.take(other, from, { now, interfaces })).toBe(false)
    expect(found.list(now)).toEqual([])
  })

  test("is taken from one source 64 times, and 512 times in all", () => {
    const found = new Neighbours()
    let taken = 0
    for (let source = 2; source < 12; source++)
      for (let i = 0; i < 70; i++) if (found.take(announcement(), `10.77.0.${source}`, { now, interfaces })) taken++
    expect(taken).toBe(512)
    expect(found.list(now).filter(({ address }) => address === "10.77.0.2")).toHaveLength(64)
  })

  test("may be anything at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
        readDatagram(bytes)
        readPacket(bytes)
      }),
    )
    const packet = encodeService(announcement(), { instance: "a", host: "b" }, "10.77.0.1")
    fc.assert(
      fc.property(fc.nat(packet.length - 1), fc.nat(255), (at, byte) => {
        const { announcements } = readPacket(packet.map((old, i) => (i === at ? byte : old)))
        expect(announcements.length).toBeLessThanOrEqual(1)
      }),
    )
    expect(readPacket(encodeQuery())).toEqual({ asks: true, announcements: [] })
    for (const text of ["null", "[]", "{}", '{"p":8787}', '{"p":"8787","v":"1"}'])
      expect(readDatagram(Buffer.from(text))).toBeUndefined()
  })

  test("isOnLink() compares by the netmask", () => {
    expect(isOnLink("10.77.0.254", interfaces)).toBe(true)
    expect(isOnLink("10.77.1.1", interfaces)).toBe(false)
    expect(isOnLink("10.77.0.2", [{ address: "10.77.0.1", netmask: "0.0.0.0" }])).toBe(false)
    expect(isOnLink("300.1.1.1", interfaces)).toBe(false)
  })
})
