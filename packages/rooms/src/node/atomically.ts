import type { DatabaseSync } from "node:sqlite"

/** Runs `work` in a transaction of its own: all of it is in the database when this returns, or none of it is. */
export function atomically<Value>(database: DatabaseSync, work: () => Value): Value {
  database.exec("begin immediate")
  try {
    const value = work()
    database.exec("commit")
    return value
  } catch (error) {
    // Some failures have rolled it back already.
    if (database.isTransaction) database.exec("rollback")
    throw error
  }
}
