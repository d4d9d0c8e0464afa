import { createHash, randomBytes } from "node:crypto"
import { readdir, unlink } from "node:fs/promises"
import { hostname } from "node:os"
import { dirname, join } from "node:path"
import { isSystemError } from "./system-error.ts"

const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8)
const pattern = /^\.darkslide-([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.tmp$/
const own = new Set<string>()

/** A new name beside `path`, on the same file system, that nobody takes for a result. */
export function temporaryName(path: string): string {
  const name = `.darkslide-${host}-${process.pid}-${randomBytes(8).toString("hex")}.tmp`
  own.add(name)
  return join(dirname(path), name)
}

/** Whether a file's name is one of these. */
export function isTemporaryName(name: string): boolean {
  return pattern.test(name)
}

/** Removes what runs on this machine that were killed left in a folder. Those of other machines may be alive: they stay. */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, madeOn, pid] = pattern.exec(name) ?? []
    if (madeOn !== host || own.has(name) || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue
    await removeIfThere(join(folder, name))
  }
}

export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    // A folder that is yet to be made holds nothing.
    if (isSystemError(error, "ENOENT")) return []
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return !isSystemError(error, "ESRCH")
  }
}
