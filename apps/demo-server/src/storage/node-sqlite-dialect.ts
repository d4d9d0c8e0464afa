import { SqliteAdapter, SqliteDialect } from "kysely"
import type { DialectAdapter, SqliteDatabase, SqliteStatement } from "kysely"
import type { DatabaseSync, SQLInputValue } from "node:sqlite"

/** Kysely over the SQLite that Node ships. One connection; Kysely queues on it. */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(database: DatabaseSync) {
    super({ database: kyselyDatabase(database) })
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter()
  }
}

/** SQLite rolls back DDL: a migration that a crash interrupts leaves nothing behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function kyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...sqlValues(parameters)),
      run: (parameters) => statement.run(...sqlValues(parameters)),
      iterate: (parameters) => statement.iterate(...sqlValues(parameters)),
    }
  }
  return {
    close: () => database.close(),
    prepare(sql) {
      if (sql === "rollback" && !database.isTransaction) return nothingToRollBack
      const known = statements.get(sql)
      if (known !== undefined) return known
      const statement = prepare(sql === "begin" ? "begin immediate" : sql)
      // A migration changes the tables under a statement's feet: only statements on data are kept.
      if (/^(?:select|insert|update|delete|begin|commit)\b/i.test(sql)) statements.set(sql, statement)
      return statement
    },
  }
}

/** A full disk makes SQLite roll back by itself; the caller's own rollback then has nothing to do. */
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
