import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"
import type { Appended, LogEntry, RoomLog, RoomRecord } from "../hub/room-log.ts"
import { atomically } from "./atomically.ts"

const schema = `
  create table if not exists rooms (
    id text primary key,
    head blob, granted blob, sealed blob,
    serial integer not null,
    revoked text not null,
    expires_at integer,
    last integer not null default 0,
    dropped integer not null default 0
  ) strict, without rowid;
  create table if not exists room_entries (
    room text not null, seq integer not null,
    sender integer not null, id text not null, body text not null, slot text,
    primary key (room, seq)
  ) strict, without rowid;
  create unique index if not exists room_entries_by_id on room_entries (room, sender, id);
  create table if not exists room_slots (room text not null, slot text not null, primary key (room, slot)) strict, without rowid;
`

type Row = Record<string, SQLOutputValue>

/**
 * Rooms in SQLite, in tables of its own. The caller opens the database, chooses its journal mode, and closes it. A removed
 * room leaves its id.
 */
export function sqliteLog(database: DatabaseSync): RoomLog {
  database.exec(schema)
  const prepared = new Map<string, StatementSync>()
  const sql = (text: string): StatementSync => {
    const statement = prepared.get(text) ?? database.prepare(text)
    prepared.set(text, statement)
    return statement
  }

  function append(room: string, { from, id, body, slot }: Omit<LogEntry, "seq">): Appended {
    const known = sql("select seq from room_entries where room = ? and sender = ? and id = ?").get(room, from, id)
    if (known) return { kind: "known", seq: Number(known["seq"]) }
    if (slot !== undefined) {
      const { changes } = sql("insert or ignore into room_slots (room, slot) values (?, ?)").run(room, slot)
      if (changes === 0) return { kind: "taken" }
    }
    const row = sql("update rooms set last = last + 1 where id = ? and head is not null returning last").get(room)
    if (!row) throw new NoRoom()
    const seq = Number(row["last"])
    sql("insert into room_entries (room, seq, sender, id, body, slot) values (?, ?, ?, ?, ?, ?)").run(
      ...[room, seq, from, id, body, slot ?? null],
    )
    return { kind: "added", seq }
  }

  return {
    async create(room, record) {
      const { changes } = sql(
        "insert or ignore into rooms (id, head, granted, sealed, serial, revoked, expires_at) values (?, ?, ?, ?, ?, ?, ?)",
      ).run(room, ...columns(record))
      return changes === 1
    },
    async load(room) {
      const row = sql("select * from rooms where id = ? and head is not null").get(room)
      return row && toRecord(row)
    },
    async replace(room, record, expectedSerial) {
      const { changes } = sql(
        `update rooms set head = ?, granted = ?, sealed = ?, serial = ?, revoked = ?, expires_at = ?
         where id = ? and serial = ? and head is not null`,
      ).run(...columns(record), room, expectedSerial)
      return changes === 1
    },
    async append(room, entry) {
      try {
        return atomically(database, () => append(room, entry))
      } catch (error) {
        if (error instanceof NoRoom) return { kind: "no-room" }
        throw error
      }
    },
    async read(room, { after, limit }) {
      return sql("select * from room_entries where room = ? and seq > ? order by seq limit ?")
        .all(room, after, limit)
        .map(toEntry)
    },
    async bounds(room) {
      const row = sql("select last, dropped from rooms where id = ?").get(room)
      return { last: Number(row?.["last"] ?? 0), dropped: Number(row?.["dropped"] ?? 0) }
    },
    async drop(room, upTo) {
      atomically(database, () => {
        sql("update rooms set dropped = max(dropped, min(last, ?)) where id = ?").run(upTo, room)
        sql("delete from room_entries where room = ? and seq <= ?").run(room, upTo)
      })
    },
    async remove(room) {
      atomically(database, () => {
        sql(
          "update rooms set head = null, granted = null, sealed = null, revoked = '[]', last = 0, dropped = 0 where id = ?",
        ).run(room)
        sql("delete from room_entries where room = ?").run(room)
        sql("delete from room_slots where room = ?").run(room)
      })
    },
    async wasRemoved(room) {
      return sql("select 1 from rooms where id = ? and head is null").get(room) !== undefined
    },
  }
}

/** Rolls an append back: there is no such room. */
class NoRoom extends Error {}

function columns(record: RoomRecord): [Uint8Array, Uint8Array, Uint8Array, number, string, number | null] {
  const { head, grant, sealedSecret, serial, revoked, expiresAt } = record
  return [head, grant, sealedSecret, serial, JSON.stringify(revoked), expiresAt ?? null]
}

function toRecord(row: Row): RoomRecord {
  const expiresAt = row["expires_at"]
  return {
    head: blob(row["head"]),
    grant: blob(row["granted"]),
    sealedSecret: blob(row["sealed"]),
    serial: Number(row["serial"]),
    revoked: JSON.parse(String(row["revoked"])) as string[],
    ...(typeof expiresAt === "number" && { expiresAt }),
  }
}

function toEntry(row: Row): LogEntry {
  const { seq, sender, id, body, slot } = row
  return {
    seq: Number(seq),
    from: Number(sender),
    id: String(id),
    body: String(body),
    ...(typeof slot === "string" && { slot }),
  }
}

function blob(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array()
}
