import { randomBytes } from "node:crypto"
import { constants } from "node:fs"
import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises"
import { join } from "node:path"
import { syncFolder } from "./durable-files.ts"

/** What was accepted and waits to be worked off: on disk when `add` resolves, in the order in which it came. */
export interface Spool {
  /** @returns its name; undefined when `most` wait already. */
  add(content: string, at: number): Promise<string | undefined>
  /** Names, the oldest first. */
  list(): Promise<readonly string[]>
  read(name: string): Promise<string>
  /** Resolves also when it is gone. */
  remove(name: string): Promise<void>
}

const most = 1000

/** A folder with one file each. What a crash left half-written was accepted by nobody, and is cleared. */
export async function openSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const entries = await readdir(folder)
  for (const name of entries) if (name.endsWith(".new")) await unlink(join(folder, name))
  let size = entries.filter(isItem).length
  return {
    async add(content, at) {
      if (size >= most) return undefined
      const name = `${String(at).padStart(15, "0")}-${randomBytes(8).toString("hex")}`
      const path = join(folder, name)
      {
        await using file = await open(`${path}.new`, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
        await file.writeFile(content)
        await file.sync()
      }
      await rename(`${path}.new`, path)
      await syncFolder(folder)
      size += 1
      return name
    },
    list: async () => (await readdir(folder)).filter(isItem).toSorted(),
    read: async (name) => await readFile(join(folder, name), "utf8"),
    async remove(name) {
      try {
        await unlink(join(folder, name))
        size -= 1
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
      }
      await syncFolder(folder)
    },
  }
}

const isItem = (name: string): boolean => /^\d{15}-[0-9a-f]{16}$/.test(name)
