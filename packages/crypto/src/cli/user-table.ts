import { fromUtf8 } from "../bytes/utf8.ts"
import { readKeyFile } from "./keys.ts"
import { UsageError } from "./usage-error.ts"

/** The columns of one user, by their names. */
export type UserRow = ReadonlyMap<string, string>

const sqliteMagic = "SQLite format 3\0"

/**
 * Reads a table of users: an SQLite file, JSON (a list of objects, or one object of names and hashes), or CSV (RFC 4180)
 * with the names of the columns first.
 * @throws UsageError
 */
export async function readUserTable(path: string, table: string | undefined): Promise<readonly UserRow[]> {
  const bytes = await readKeyFile(path)
  if (new TextDecoder().decode(bytes.subarray(0, sqliteMagic.length)) === sqliteMagic)
    return await readSqlite(path, table)
  const text = fromUtf8(bytes)
  return /^\s*[[{]/.test(text) ? readJson(text) : readCsv(text)
}

async function readSqlite(path: string, chosen: string | undefined): Promise<readonly UserRow[]> {
  const { DatabaseSync } = await import("node:sqlite")
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    const names = tables.map(({ name }) => String(name))
    const table = names.find((name) => (chosen === undefined ? /^users?$/i.test(name) : name === chosen))
    if (table === undefined) throw new UsageError(`no table ${chosen ?? "users"} in it, but ${names.join(", ")}`)
    return database
      .prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`)
      .all()
      .map(rowOf)
  } finally {
    database.close()
  }
}

function readJson(text: string): readonly UserRow[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new UsageError("the table is neither CSV nor JSON", { cause })
  }
  if (Array.isArray(content)) return content.map((row: unknown) => rowOf(row))
  return Object.entries(content as object).map(([name, value]) =>
    typeof value === "string"
      ? new Map([
          ["name", name],
          ["hash", value],
        ])
      : new Map([["name", name], ...rowOf(value)]),
  )
}

function rowOf(row: unknown): UserRow {
  if (typeof row !== "object" || row === null) throw new UsageError("a row of the table is no object")
  const fields = Object.entries(row).filter(([, value]) => typeof value === "string" || typeof value === "number")
  return new Map(fields.map(([name, value]) => [name, String(value)]))
}

function readCsv(text: string): readonly UserRow[] {
  const [names = [], ...rows] = splitCsv(text)
  return rows.map((cells) => new Map(names.map((name, index) => [name.trim(), cells[index] ?? ""])))
}

/** Rows of cells (RFC 4180): a cell in quotes may hold commas, line feeds, and quotes written twice. */
function splitCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ",") rows.push([])
  }
  return rows.filter((cells) => cells.some((cell) => cell !== ""))
}
