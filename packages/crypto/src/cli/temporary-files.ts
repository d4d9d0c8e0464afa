import { createHash, randomBytes } from "node:crypto"
import { mkdir, readdir, unlink } from "node:fs/promises"
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

/** Makes folders that results go to, and the ones above them, and clears them of what killed runs left. */
export async function prepareFolders(folders: Iterable<string>): Promise<void> {
  for (const folder of new Set(folders)) {
    await mkdir(folder, { recursive: true })
    await removeStale(folder)
  }
}

/** Removes what runs on this machine that were killed left in a folder. Those of other machines may be alive: they stay. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return !isSystemError(error, "ESRCH")
  }
}
