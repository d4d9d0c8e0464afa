import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PacketRing } from "../../src/record/packet-ring.ts"
import { Take } from "../../src/record/take.ts"
import { packetsOf } from "./packets.ts"

/** Frames as a camera gives them: mostly regular, sizes and stutters at random, a key frame now and then. */
const streams = fc
  .array(
    fc.record({ bytes: fc.integer({ min: 1, max: 400 }), gapMs: fc.integer({ min: 1, max: 90 }), key: fc.boolean() }),
  )
  .map(packetsOf)

describe("PacketRing", () => {
  test("begins with a key frame, keeps what was asked for, and no group more", () => {
    fc.assert(
      fc.property(
        streams,
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 500, max: 20_000 }),
        (all, keepMs, maxBytes) => {
          const ring = new PacketRing({ keepSeconds: keepMs / 1000, maxBytes })
          for (const packet of all) ring.push(packet)
          const kept = ring.packets
          expect(kept).toEqual(all.slice(all.length - kept.length))
          expect(ring.bytes).toBe(kept.reduce((sum, { data }) => sum + data.length, 0))
          if (kept.length === 0) return
          expect(kept[0]?.isKey).toBe(true)
          const second = kept.findIndex(({ isKey }, index) => index > 0 && isKey)
          if (second < 0) return
          // Without its oldest group it would be too short, and it holds no more than it may.
          expect(kept.at(-1)!.at - kept[second]!.at).toBeLessThan(keepMs)
          expect(ring.bytes).toBeLessThanOrEqual(maxBytes)
        },
      ),
    )
  })

  test("gives what arrived since a moment, from the key frame before it", () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 0, max: 9000 }), (all, at) => {
        const ring = new PacketRing({ keepSeconds: 100, maxBytes: 1e9 })
        for (const packet of all) ring.push(packet)
        const since = ring.since(at)
        expect(since.length === 0).toBe(ring.packets.length === 0)
        if (since.length === 0) return
        expect(since[0]?.isKey).toBe(true)
        expect(since).toEqual(ring.packets.slice(ring.packets.length - since.length))
        const keysBefore = ring.packets.filter((packet) => packet.isKey && packet.at <= at)
        expect(since[0]).toBe(keysBefore.at(-1) ?? ring.packets[0])
      }),
    )
  })
})

describe("Take", () => {
  test("its segments are whole groups that make up the whole, and only the last says so", () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 0, max: 1000 }), (all, segmentMs) => {
        const take = new Take({ triggeredAt: 0, maxSeconds: 1e6, maxBytes: 1e9, segmentSeconds: segmentMs / 1000 })
        const pieces = [...all.map((packet) => take.push(packet)), take.end("stop")].filter(
          (piece) => piece !== undefined,
        )
        expect(pieces.flatMap(({ packets }) => packets)).toEqual(take.packets)
        expect(pieces.map(({ endUs }) => endUs)).toEqual(
          pieces.map((_, index) => pieces[index + 1]?.packets[0]?.timestampUs),
        )
        expect(pieces.every(({ packets }) => packets[0]?.isKey)).toBe(true)
        expect(pieces.map(({ index, isLast }) => [index, isLast])).toEqual(
          pieces.map((_, index) => [index, index === pieces.length - 1]),
        )
      }),
    )
  })

  test("ends at its limits, once, and takes nothing after that", () => {
    fc.assert(
      fc.property(
        streams,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 8000 }),
        (all, maxMs, maxBytes) => {
          const take = new Take({ triggeredAt: 0, maxSeconds: maxMs / 1000, maxBytes, segmentSeconds: undefined })
          for (const packet of all) take.push(packet)
          expect(take.bytes).toBeLessThanOrEqual(maxBytes)
          expect(take.packets.every(({ at }) => at <= maxMs)).toBe(true)
          const length = take.packets.length
          const { endedBy } = take
          take.end("stop")
          take.push(all[0] ?? packetsOf([{ bytes: 1, gapMs: 1, key: true }])[0]!)
          expect(take.packets).toHaveLength(length)
          if (endedBy !== undefined) expect(take.endedBy).toBe(endedBy)
        },
      ),
    )
  })
})
