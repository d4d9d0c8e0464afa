import { mkdirSync, readdirSync, unlinkSync } from "node:fs"
import { open, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import type { ItemLimits, ItemPut, ItemStore, NewItem, StoredItem } from "../items/item-store.ts"
import { atomically } from "./atomically.ts"

const schema = `
  create table if not exists room_items (
    room text not null, id text not null,
    bytes integer not null, stored_at integer not null, expires_at integer not null,
    max_reads integer not null, reads integer not null default 0,
    position integer primary key,
    unique (room, id)
  ) strict;
  create index if not exists room_items_by_expiry on room_items (expires_at);
`

const partEnding = ".part"

/**
 * Items as rows of SQLite and files of a folder that is theirs alone. A file is written and synced before its row, and
 * removed within the transaction that removes the row; what a crash leaves of either is removed when it is opened again, or
 * met. The caller opens the database and closes it.
 */
export function sqliteItems(database: DatabaseSync, folder: string): ItemStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  database.exec(schema)
  const insert = database.prepare(
    "insert into room_items (room, id, bytes, stored_at, expires_at, max_reads) values (?, ?, ?, ?, ?, ?)",
  )
  const pathOf = (room: string, id: string): string => join(folder, `${checkedName(room)}.${checkedName(id)}`)
  const find = (room: string, id: string): Row | undefined =>
    database.prepare("select * from room_items where room = ? and id = ?").get(room, id)
  /** Puts under way: their files have no row yet. */
  const writing = new Set<string>()

  /** Rows and files in one transaction: where a file cannot be removed, its row stays. */
  function removeAll(where: string, ...values: readonly (string | number)[]): void {
    atomically(database, () => {
      const gone = database.prepare(`delete from room_items where ${where} returning room, id`).all(...values)
      for (const { room, id } of gone) unlinkIfThere(pathOf(String(room), String(id)))
    })
  }

  function check(room: string, item: NewItem, { maxItems, maxBytes }: ItemLimits): ItemPut {
    const sums = database.prepare("select count(*) as items, total(bytes) as bytes from room_items where room = ?")
    const { items, bytes } = sums.get(room) ?? {}
    const isFull = Number(items) >= maxItems || Number(bytes) + item.sealed.length > maxBytes
    return isFull ? "full" : "stored"
  }

  removeOrphans(folder, (room, id) => find(room, id) !== undefined)

  return {
    async put(room, item, limits) {
      const path = pathOf(room, item.id)
      removeAll("room = ? and expires_at <= ?", room, item.storedAt)
      if (writing.has(path)) return "taken"
      if (find(room, item.id)) {
        const held = await readIfThere(path)
        return held !== undefined && Buffer.compare(held, item.sealed) === 0 ? "stands" : "taken"
      }
      const verdict = check(room, item, limits)
      if (verdict !== "stored") return verdict
      writing.add(path)
      try {
        await writeDurably(path, item.sealed)
        const { id, sealed, storedAt, expiresAt, maxReads } = item
        // Others were stored meanwhile.
        const again = check(room, item, limits)
        if (again === "stored") insert.run(room, id, sealed.length, storedAt, expiresAt, maxReads)
        else await rm(path, { force: true })
        return again
      } finally {
        writing.delete(path)
      }
    },
    async read(room, id, { now, counts }) {
      const row = find(room, id)
      if (!row || Number(row["expires_at"]) <= now) return undefined
      const sealed = await readIfThere(pathOf(room, id))
      if (sealed === undefined) {
        removeAll("room = ? and id = ?", room, id)
        return undefined
      }
      const counted = database
        .prepare(
          "update room_items set reads = reads + ? where room = ? and id = ? returning max_reads - reads as rest",
        )
        .get(counts ? 1 : 0, room, id)
      // Somebody else had the last read while we had the file.
      if (!counted) return undefined
      const readsLeft = Number(counted["rest"])
      if (readsLeft <= 0) removeAll("room = ? and id = ?", room, id)
      return { sealed: new Uint8Array(sealed), readsLeft }
    },
    async list(room, now) {
      return database
        .prepare("select * from room_items where room = ? and expires_at > ? order by position")
        .all(room, now)
        .map(toStored)
    },
    async remove(room, id) {
      removeAll("room = ? and id = ?", room, id)
    },
    async clear(room) {
      removeAll("room = ?", room)
    },
    async sweep(now) {
      removeAll("expires_at <= ?", now)
    },
  }
}

type Row = Record<string, SQLOutputValue>

function toStored(row: Row): StoredItem {
  const number = (name: string): number => Number(row[name])
  return {
    id: String(row["id"]),
    bytes: number("bytes"),
    storedAt: number("stored_at"),
    expiresAt: number("expires_at"),
    maxReads: number("max_reads"),
    reads: number("reads"),
  }
}

/** Files that a crash left without a row. */
function removeOrphans(folder: string, hasRow: (room: string, id: string) => boolean): void {
  for (const name of readdirSync(folder)) {
    const [room = "", id = ""] = name.split(".")
    if (name.endsWith(partEnding) || !hasRow(room, id)) unlinkIfThere(join(folder, name))
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const part = path + partEnding
  try {
    await using file = await open(part, "w", 0o600)
    await file.writeFile(bytes)
    await file.sync()
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  await rename(part, path)
  await using folder = await open(join(path, ".."), "r")
  await folder.sync()
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT"
}

function checkedName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/u.test(name)) throw new RangeError("Cannot name item: letters, digits, - and _ only")
  return name
}
