import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { AlertRow, AlertStore } from "../../src/engine/alert-store.ts"
import { toQueued } from "../../src/outbox/message.ts"

/** What every alert store must do, beside what an outbox store must. */
export function alertStoreSuite(name: string, open: () => Promise<{ store: AlertStore; close: () => Promise<void> }>) {
  describe(`alert store: ${name}`, () => {
    let store: AlertStore
    let close: () => Promise<void>
    beforeAll(async () => void ({ store, close } = await open()))
    afterAll(async () => await close())

    const row = (id: string, more: Partial<AlertRow> = {}): AlertRow => ({
      id,
      slot: `slot ${id}`,
      body: `{"id":"${id}"}`,
      nextAt: null,
      updatedAt: 1000,
      ...more,
    })
    const save = async (...rows: readonly AlertRow[]) =>
      await store.transaction(async (unit) => {
        for (const each of rows) await unit.saveAlert(each)
      })

    test("a transaction that throws leaves nothing behind, messages included", async () => {
      const message = toQueued({ channel: "rolled-back", destination: "me", payload: new Uint8Array(1) }, 1000)
      const failing = store.transaction(async (unit) => {
        await unit.lockRule("rolled back")
        await unit.saveRule("rolled back", "{}")
        await unit.saveAlert(row("rolled back"))
        await unit.see({ rule: "r", event: "rolled back", alert: "a", now: 0, until: 10 })
        await unit.add([message])
        throw new Error("in the middle")
      })
      await expect(failing).rejects.toThrow("in the middle")
      await store.transaction(async (unit) => {
        expect(await unit.lockRule("rolled back")).toBeUndefined()
        expect(await unit.alert("rolled back")).toBeUndefined()
        expect(await unit.seenIn("rolled back")).toEqual([])
      })
      expect(await store.list({ channel: "rolled-back", limit: 10 })).toEqual([])
    })

    test("one open alert per slot; a closed one frees it", async () => {
      await save(row("first", { slot: "one" }))
      await store.transaction(async (unit) => {
        expect(await unit.openAlert("one")).toEqual(row("first", { slot: "one" }))
        expect(await unit.openAlert("none")).toBeUndefined()
        await unit.saveAlert(row("first", { slot: null, body: '{"changed":true}' }))
        await unit.saveAlert(row("second", { slot: "one" }))
        expect((await unit.openAlert("one"))?.id).toBe("second")
        expect((await unit.alert("first"))?.body).toBe('{"changed":true}')
      })
    })

    test("timers: due ones by time, and the earliest", async () => {
      await save(row("t1", { nextAt: 5000 }), row("t2", { nextAt: 3000 }), row("t3", { nextAt: 7000 }), row("t4"))
      expect((await store.dueAlerts(5000, 10)).map(({ id }) => id)).toEqual(["t2", "t1"])
      expect((await store.dueAlerts(5000, 1)).map(({ id }) => id)).toEqual(["t2"])
      expect(await store.nextAlert()).toBe(3000)
      await save(...["t1", "t2", "t3"].map((id) => row(id)))
      expect(await store.nextAlert()).toBeUndefined()
    })

    test("a rule is locked until the transaction ends", async () => {
      const add = async () =>
        await store.transaction(async (unit) => {
          const count = Number((await unit.lockRule("counter")) ?? 0)
          await unit.saveRule("counter", String(count + 1))
        })
      await Promise.all(Array.from({ length: 20 }, add))
      expect(await store.transaction(async (unit) => await unit.lockRule("counter"))).toBe("20")
    })

    test("an event is seen once, until its time is over", async () => {
      const see = async (alert: string, now: number) =>
        await store.transaction(async (unit) => await unit.see({ rule: "r", event: "e", alert, now, until: now + 100 }))
      expect(await see("a", 1000)).toBeUndefined()
      expect(await see("b", 1099)).toBe("a")
      expect(await see("c", 1100)).toBeUndefined()
      expect(await store.transaction(async (unit) => await unit.seenIn("e"))).toEqual(["c"])
      await store.forget(1200, 0)
      expect(await store.transaction(async (unit) => await unit.seenIn("e"))).toEqual([])
    })

    test("lists open and closed ones, and forgets old closed ones", async () => {
      await save(row("open", { updatedAt: 9000 }), row("closed", { slot: null, updatedAt: 9001 }))
      expect((await store.alerts({ limit: 2 })).map(({ id }) => id)).toEqual(["closed", "open"])
      expect((await store.alerts({ limit: 1, open: true })).map(({ id }) => id)).toEqual(["open"])
      expect((await store.alerts({ limit: 1, open: false })).map(({ id }) => id)).toEqual(["closed"])
      await store.forget(0, 9001)
      expect((await store.alerts({ limit: 1, open: false })).map(({ id }) => id)).toEqual(["closed"])
      await store.forget(0, 9002)
      expect(await store.alerts({ limit: 1, open: false })).toEqual([])
      expect((await store.alerts({ limit: 100, open: true })).map(({ id }) => id)).toContain("open")
    })

    test("finds alerts that a clock ahead touched", async () => {
      await save(row("ahead", { updatedAt: 99_000, nextAt: 99_500 }), row("without timer", { updatedAt: 99_000 }))
      expect((await store.alertsAfter(98_999)).map(({ id }) => id)).toEqual(["ahead"])
      await save(row("ahead"))
    })
  })
}
