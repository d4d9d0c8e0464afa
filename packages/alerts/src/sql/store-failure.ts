import { AlertsError } from "../errors.ts"

const sqliteBusy = 5
const sqliteLocked = 6
const sqliteFull = 13
/** The shared-memory file could not grow: also a full disk. */
const sqliteSharedMemorySize = 4874

/** A database's refusal as ours; anything else, such as a bug, is rethrown as it is. */
export function storeFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown }
  if (code === "ERR_SQLITE_ERROR" && typeof errcode === "number") {
    const primary = errcode & 0xff
    if (errcode === sqliteSharedMemorySize || primary === sqliteFull) return full(error)
    return primary === sqliteBusy || primary === sqliteLocked ? busy(error) : error
  }
  if (typeof code !== "string")
    return /^(?:Connection terminated|timeout exceeded)/u.test(error.message) ? busy(error) : error
  // PostgreSQL, appendix A: class 53 is too little of something, 08 a connection, 57P a server that goes or comes, 40
  // and 55P03 a conflict with another transaction.
  if (code === "53100") return full(error)
  if (/^(?:08|40|53|55P03|57P)/u.test(code) || /^E[A-Z]+$/u.test(code)) return busy(error)
  return error
}

const busy = (cause: Error): AlertsError =>
  new AlertsError("ALERTS_STORE_BUSY", "Cannot reach the database: it is locked or away", { cause })
const full = (cause: Error): AlertsError =>
  new AlertsError("ALERTS_STORE_FULL", "Cannot write to the database: no room", { cause })
