import { SqliteAdapter, SqliteDialect, type DialectAdapter, type SqliteDatabase, type SqliteStatement } from "kysely"
import type { DatabaseSync, SQLInputValue } from "node:sqlite"

const keptStatements = 200

/**
 * Kysely over the SQLite that Node ships. One connection; Kysely queues on it. Transactions take their lock when they
 * begin, and the definition of tables is part of them.
 */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  return new NodeSqliteDialect({ database: toKysely(database) })
}

class NodeSqliteDialect extends SqliteDialect {
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
      // A migration changes the tables under a statement's feet: only statements on data are kept.
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
