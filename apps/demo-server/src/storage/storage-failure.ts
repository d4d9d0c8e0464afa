/** What a failed read or write means to a caller; `undefined` for a bug. */
export type StorageFailure = "busy" | "disk-full" | "not-writable"

const sqliteBusy = 5
const sqliteReadOnly = 8
const sqliteFull = 13
const sqliteCannotOpen = 14
/** The shared-memory file could not grow: also a full disk. */
const sqliteSharedMemorySize = 4874

export function storageFailure(error: unknown): StorageFailure | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown }
  if (code === "ENOSPC" || code === "EDQUOT") return "disk-full"
  if (code !== "ERR_SQLITE_ERROR" || typeof errcode !== "number") return undefined
  if (errcode === sqliteSharedMemorySize || (errcode & 0xff) === sqliteFull) return "disk-full"
  if ((errcode & 0xff) === sqliteBusy) return "busy"
  return errcode === sqliteReadOnly || errcode === sqliteCannotOpen ? "not-writable" : undefined
}
