import { mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, onTestFinished, test } from "vitest"
import { createHub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { logWithItems } from "../../src/items/log-with-items.ts"
import { memoryItems } from "../../src/items/memory-items.ts"
import { sqliteItems } from "../../src/node/sqlite-items.ts"
import { Company } from "../room/company.ts"
import { itemStoreTests } from "./item-store-tests.ts"

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "darkslide-items-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

itemStoreTests("memory", memoryItems)
itemStoreTests("SQLite and files", () => sqliteItems(new DatabaseSync(":memory:"), temporaryFolder()))

const item = { id: "one", sealed: Uint8Array.of(1, 2, 3), storedAt: 1000, expiresAt: 2000, maxReads: 5 }
const plenty = { maxItems: 100, maxBytes: 10_000 }

describe("items in SQLite and files", () => {
  test("leave no row and no file, whichever way they go", async () => {
    const folder = temporaryFolder()
    const database = new DatabaseSync(":memory:")
    const items = sqliteItems(database, folder)
    const rows = (): number => Number(database.prepare("select count(*) as n from room_items").get()?.["n"])
    for (const id of ["read", "removed", "swept", "cleared"]) await items.put("a", { ...item, id, maxReads: 1 }, plenty)
    expect([rows(), readdirSync(folder).length]).toEqual([4, 4])
    await items.read("a", "read", { now: 1500, counts: true })
    await items.remove("a", "removed")
    await items.sweep(1999)
    expect([rows(), readdirSync(folder).length]).toEqual([2, 2])
    await items.clear("a")
    expect([rows(), readdirSync(folder)]).toEqual([0, []])
  })

  test("are put right when they are opened again, or met", async () => {
    const folder = temporaryFolder()
    const database = new DatabaseSync(":memory:")
    const before = sqliteItems(database, folder)
    await before.put("a", item, plenty)
    await before.put("a", { ...item, id: "two" }, plenty)
    writeFileSync(join(folder, "a.three"), "a file without a row")
    writeFileSync(join(folder, "a.four.part"), "half a file")
    unlinkSync(join(folder, "a.two"))
    const after = sqliteItems(database, folder)
    expect(readdirSync(folder)).toEqual(["a.one"])
    expect(await after.read("a", "two", { now: 1500, counts: true })).toBeUndefined()
    expect((await after.list("a", 1500)).map(({ id }) => id)).toEqual(["one"])
  })

  test("refuse names that are none", async () => {
    const items = sqliteItems(new DatabaseSync(":memory:"), temporaryFolder())
    for (const id of ["..", "a/b", "", "a.part"])
      await expect(items.put("a", { ...item, id }, plenty)).rejects.toThrow(RangeError)
  })

  test("go with their room", async () => {
    const items = memoryItems()
    const company = new Company(createHub({ log: logWithItems(memoryLog(), items) }))
    const { room } = await company.create("Ann")
    await items.put(room.id, item, plenty)
    await room.clear()
    expect(await items.list(room.id, 0)).toEqual([])
  })
})
