import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from "kysely"
import type { DatabaseSync, SQLInputValue } from "node:sqlite"

const keptStatements = 200

/** Kysely over the SQLite that Node ships. One connection; Kysely queues on it. */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  return new SqliteDialect({ database: toKysely(database) })
}

function toKysely(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(sql) {
      // A full disk makes SQLite roll back by itself; the caller's own rollback then has nothing to do.
      if (sql === "rollback" && !database.isTransaction) return nothingToRollBack
      const known = statements.get(sql)
      if (known !== undefined) return known
      // A transaction that first reads and then writes would else fail in the middle when another process wrote.
      const statement = prepare(database, sql === "begin" ? "begin immediate" : sql)
      if (statements.size < keptStatements && /^(?:select|insert|update|delete|with|begin|commit)\b/iu.test(sql))
        statements.set(sql, statement)
      return statement
    },
  }
}

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...sqlValues(parameters)),
    run: (parameters) => statement.run(...sqlValues(parameters)),
    iterate: (parameters) => statement.iterate(...sqlValues(parameters)),
  }
}

const nothingToRollBack: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
}

function sqlValues(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
      return value
    if (value instanceof Uint8Array) return value
    throw new TypeError(`Cannot bind SQL parameter: a ${typeof value} has no column type`)
  })
}
