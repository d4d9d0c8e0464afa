import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { storageFailure } from "./storage-failure.ts"

/** Another server lives on the data folder. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError"
}

/**
 * Takes the data folder for this process. The lock is SQLite's own on `lock.sqlite`, held by an open transaction: the
 * system drops it with the process, so a killed server leaves nothing to clear.
 */
export function lockFolder(folder: string): Disposable {
  const lock = new DatabaseSync(join(folder, "lock.sqlite"), { timeout: 0 })
  try {
    lock.exec("begin exclusive")
  } catch (error) {
    lock.close()
    if (storageFailure(error) !== "busy") throw error
    throw new FolderInUseError(`Cannot use data folder ${folder}: another Darkslide server is running on it`, {
      cause: error,
    })
  }
  return { [Symbol.dispose]: () => lock.close() }
}
