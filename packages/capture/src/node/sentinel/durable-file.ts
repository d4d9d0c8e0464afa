import { open, rename } from "node:fs/promises"
import { dirname } from "node:path"

/** Writes a new file whose bytes are on disk when this resolves. */
export async function writeDurable(path: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  const file = await open(path, "w", mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file at once: a crash leaves the old one or the new one. */
export async function replaceDurable(path: string, bytes: Uint8Array | string): Promise<void> {
  await writeDurable(`${path}.new`, bytes)
  await rename(`${path}.new`, path)
  await syncFolder(dirname(path))
}

/** Makes names that were written into a folder last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r")
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
