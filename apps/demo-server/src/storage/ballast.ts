import { stat, unlink } from "node:fs/promises"
import { join } from "node:path"
import { writeDurably } from "./durable-files.ts"
import { storageFailure } from "./storage-failure.ts"

const ballastBytes = 1 << 20

/**
 * A file that is only there to be given up: on a disk that is full to the last byte SQLite cannot even delete, and
 * releasing this gives it the room.
 */
export interface Ballast {
  /** Lays the file down again when there is room. */
  restore(): Promise<void>
  release(): Promise<void>
}

export function openBallast(folder: string): Ballast {
  const path = join(folder, "ballast")
  const present = async () => (await stat(path).catch(() => undefined))?.size === ballastBytes
  return {
    async restore() {
      if (await present()) return
      try {
        await writeDurably(path, new Uint8Array(ballastBytes).fill(1))
      } catch (error) {
        if (storageFailure(error) !== "disk-full") throw error
        await unlink(`${path}.new`)
      }
    },
    async release() {
      if (await present()) await unlink(path)
    },
  }
}
