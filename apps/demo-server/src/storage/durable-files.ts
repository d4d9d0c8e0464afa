import { constants } from "node:fs"
import { open, rename } from "node:fs/promises"
import { dirname } from "node:path"

/** Makes the names in a folder durable: a new, renamed or removed file is on disk only after this. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, constants.O_RDONLY)
  await folder.sync()
}

/** Writes a small private file so that a crash leaves the old one or the new one, never half of it. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`
  {
    await using file = await open(temporary, "w", 0o600)
    await file.writeFile(content)
    await file.sync()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}
