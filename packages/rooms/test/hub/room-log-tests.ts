import { describe, expect, test } from "vitest"
import type { RoomLog, RoomRecord } from "../../src/hub/room-log.ts"

const record: RoomRecord = {
  head: Uint8Array.of(1, 2),
  grant: new Uint8Array(),
  sealedSecret: Uint8Array.of(3),
  serial: 0,
  revoked: [],
}

const entry = (id: string, slot?: string) => ({ from: 7, id, body: "AAAA", ...(slot !== undefined && { slot }) })

/** What every {@link RoomLog} must do. */
export function roomLogTests(name: string, open: () => RoomLog): void {
  describe(`a room log (${name})`, () => {
    test("create() makes a room once", async () => {
      const log = open()
      expect(await log.create("a", { ...record, expiresAt: 5 })).toBe(true)
      expect(await log.create("a", record)).toBe(false)
      expect(await log.load("a")).toEqual({ ...record, expiresAt: 5 })
      expect(await log.load("b")).toBeUndefined()
    })

    test("replace() needs the serial that is there", async () => {
      const log = open()
      await log.create("a", record)
      const next = { ...record, serial: 1, revoked: ["x", "y"], sealedSecret: Uint8Array.of(9, 9) }
      expect(await log.replace("a", next, 3)).toBe(false)
      expect(await log.replace("a", next, 0)).toBe(true)
      expect(await log.replace("a", next, 0)).toBe(false)
      expect(await log.load("a")).toEqual(next)
      expect(await log.replace("b", next, 0)).toBe(false)
    })

    test("append() numbers without a hole, keeps one of an id, and one of a slot", async () => {
      const log = open()
      await log.create("a", record)
      await log.create("b", record)
      expect(await log.append("a", entry("one"))).toEqual({ kind: "added", seq: 1 })
      expect(await log.append("a", entry("two", "1:0"))).toEqual({ kind: "added", seq: 2 })
      expect(await log.append("a", entry("one"))).toEqual({ kind: "known", seq: 1 })
      expect(await log.append("a", entry("three", "1:0"))).toEqual({ kind: "taken" })
      expect(await log.append("a", { ...entry("one"), from: 8 })).toEqual({ kind: "added", seq: 3 })
      expect(await log.append("b", entry("one", "1:0"))).toEqual({ kind: "added", seq: 1 })
      expect(await log.append("c", entry("one", "1:0"))).toEqual({ kind: "no-room" })
      await log.create("c", record)
      expect(await log.append("c", entry("two", "1:0"))).toEqual({ kind: "added", seq: 1 })
    })

    test("read() gives what comes after, in order, and no more than asked for", async () => {
      const log = open()
      await log.create("a", record)
      for (let i = 0; i < 10; i++) await log.append("a", entry(`id${i}`, i === 4 ? "s" : undefined))
      const entries = await log.read("a", { after: 3, limit: 2 })
      expect(entries).toEqual([
        { ...entry("id3"), seq: 4 },
        { ...entry("id4", "s"), seq: 5 },
      ])
      expect(await log.read("a", { after: 10, limit: 5 })).toEqual([])
      expect(await log.read("b", { after: 0, limit: 5 })).toEqual([])
    })

    test("drop() forgets entries, and no slot", async () => {
      const log = open()
      await log.create("a", record)
      for (let i = 0; i < 10; i++) await log.append("a", entry(`id${i}`, `s${i}`))
      expect(await log.bounds("a")).toEqual({ last: 10, dropped: 0 })
      await log.drop("a", 6)
      await log.drop("a", 4)
      await log.drop("a", -3)
      expect(await log.bounds("a")).toEqual({ last: 10, dropped: 6 })
      expect((await log.read("a", { after: 6, limit: 9 })).map(({ seq }) => seq)).toEqual([7, 8, 9, 10])
      expect(await log.append("a", entry("new", "s2"))).toEqual({ kind: "taken" })
      expect(await log.append("a", entry("new"))).toEqual({ kind: "added", seq: 11 })
    })

    test("remove() leaves nothing but the fact", async () => {
      const log = open()
      await log.create("a", record)
      await log.append("a", entry("one", "s"))
      expect(await log.wasRemoved("a")).toBe(false)
      await log.remove("a")
      expect(await log.load("a")).toBeUndefined()
      expect(await log.read("a", { after: 0, limit: 5 })).toEqual([])
      expect(await log.wasRemoved("a")).toBe(true)
      expect(await log.create("a", record)).toBe(false)
      expect(await log.append("a", entry("two"))).toEqual({ kind: "no-room" })
      await log.remove("b")
      expect(await log.wasRemoved("b")).toBe(false)
    })
  })
}
