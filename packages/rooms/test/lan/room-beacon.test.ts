import { randomBytes } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { announceBeacon, beaconSlotMs, isOfRoom, roomBeacon } from "../../src/beacon/room-beacon.ts"
import { encodeDatagram, readDatagram } from "../../src/node/lan/datagram.ts"
import { encodeService, readPacket, serviceType } from "../../src/node/lan/dns-sd.ts"

const invite = { roomId: "gr2q7gf5lh6pzfdnurnkvputhp", secret: new Uint8Array(32).fill(3) }
const now = Date.UTC(2026, 10, 21, 9)
const place = { port: 8787, at: now }
const names = () => ({ instance: crypto.randomUUID(), host: crypto.randomUUID() })

describe("a room's beacon", () => {
  test("is known again by members, in both forms, and by nobody else", async () => {
    const announced = await announceBeacon(roomBeacon(invite, now), place)
    const read = [
      readDatagram(encodeDatagram(announced)),
      readPacket(encodeService(announced, names(), "10.77.0.1")).announcements[0],
    ]
    for (const one of read) {
      expect(one).toEqual(announced)
      if (one === undefined || one === "question") throw new Error("no announcement")
      expect(isOfRoom(one, invite, now + 60_000)).toBe(true)
      expect(isOfRoom(one, { ...invite, secret: randomBytes(32) }, now)).toBe(false)
    }
  })

  test("is believed for two minutes, from who has the slot's key, for its port and name", async () => {
    const shown = { name: "Kitchen", roomId: invite.roomId }
    const announced = await announceBeacon(roomBeacon(invite, now), { ...place, shown })
    expect(isOfRoom(announced, invite, now)).toBe(true)
    for (const other of [
      { ...announced, port: 8788 },
      { ...announced, at: now + 1 },
      { ...announced, shown: { ...shown, name: "Cellar" } },
      { ...announced, signature: announced.signature.map((byte) => byte ^ 1) },
      await announceBeacon({ ...roomBeacon(invite, now), seed: randomBytes(32) }, place),
      // The beacon of another slot, moved here.
      await announceBeacon(roomBeacon(invite, now - beaconSlotMs), place),
    ])
      expect(isOfRoom(other, invite, now)).toBe(false)
    for (const later of [now + 120_001, now - 120_001]) expect(isOfRoom(announced, invite, later)).toBe(false)
  })

  test("sixteen minutes later has nothing in common with itself but what every room has", async () => {
    const tokens = async (at: number): Promise<ReadonlySet<string>> => {
      const announced = await announceBeacon(roomBeacon(invite, at), { ...place, at })
      const packet = Buffer.from(encodeService(announced, names(), "10.77.0.1")).toString("latin1")
      const datagram = Buffer.from(encodeDatagram(announced)).toString("latin1")
      return new Set((packet + datagram).match(/[\w-]{4,}/gu))
    }
    const [first, second] = [await tokens(now), await tokens(now + 16 * 60_000)]
    const common = [...first].filter((token) => second.has(token))
    // The service's name, and the port in JSON.
    expect(common.toSorted()).toEqual(["8787", "_darkslide", "_tcp", "local"].toSorted())
    expect(serviceType).toBe("_darkslide._tcp.local")
    const [one, two] = [roomBeacon(invite, now), roomBeacon(invite, now + 16 * 60_000)]
    expect([one.tag, one.seed]).not.toEqual([two.tag, two.seed])
    expect(roomBeacon(invite, now + 60_000)).toEqual(one)
  })
})
