import { open, readdir, unlink } from "node:fs/promises"
import { join } from "node:path"
import { syncFolder } from "./durable-files.ts"
import { photoName, type PhotoId } from "./photo-name.ts"

/** Mails that this server keeps as files, where it has no mail server. */
export interface MailFiles {
  readonly folder: string
  /** Removes the mails that carry one of these photos. */
  removeWith(photos: readonly PhotoId[]): Promise<void>
}

/** A photo's name stands before its bytes, and before it only words. */
const headBytes = 1 << 16

/** @param folder - Need not be there. */
export function openMailFiles(folder: string): MailFiles {
  return {
    folder,
    async removeWith(photos) {
      const names = photos.map(photoName)
      let removed = 0
      for (const mail of names.length === 0 ? [] : await listIfThere(folder)) {
        const path = join(folder, mail)
        const head = await readHead(path)
        if (!names.some((name) => head.includes(name))) continue
        await unlink(path)
        removed += 1
      }
      if (removed > 0) await syncFolder(folder)
    },
  }
}

async function readHead(path: string): Promise<Buffer> {
  await using file = await open(path)
  const buffer = Buffer.alloc(headBytes)
  let length = 0
  while (length < headBytes) {
    const { bytesRead } = await file.read(buffer, length, headBytes - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

/** Mails whole, and those that are being written. */
async function listIfThere(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.includes(".eml"))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
}
