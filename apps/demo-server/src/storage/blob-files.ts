import { constants } from "node:fs"
import { mkdir, open, readdir, rename, unlink } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { join } from "node:path"
import type { BlobStore } from "./blob-store.ts"
import { syncFolder } from "./durable-files.ts"

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

/**
 * Blobs as files: partial ones in `uploads/`, complete ones in `blobs/`. Completing is a rename, so a file in `blobs/`
 * is always whole.
 */
export async function openBlobFiles(folder: string): Promise<BlobStore> {
  const partials = join(folder, "uploads")
  const completes = join(folder, "blobs")
  for (const path of [partials, completes]) await mkdir(path, { recursive: true, mode: 0o700 })
  // A rename just before a crash may not be on disk yet: from here on, what is listed stays.
  for (const path of [partials, completes, folder]) await syncFolder(path)
  const partial = (id: string) => join(partials, checkedName(id))
  const complete = (id: string) => join(completes, checkedName(id))
  /** Where each append that is under way began: what is behind that is not on disk yet. */
  const growing = new Map<string, number>()

  return {
    async create(id) {
      await using file = await open(partial(id), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      await file.sync()
      await syncFolder(partials)
    },

    async append(id, offset, source) {
      if (growing.has(id)) throw new RangeError("Cannot append to blob: another append is under way")
      growing.set(id, offset)
      try {
        await using file = await open(partial(id), O_WRONLY | O_NOFOLLOW)
        const { size } = await file.stat()
        if (size !== offset) throw new RangeError(`Cannot append to blob: it has ${size} bytes, not ${offset}`)
        return await appendDurably(file, offset, source)
      } finally {
        growing.delete(id)
      }
    },

    async complete(id) {
      try {
        await rename(partial(id), complete(id))
      } catch (error) {
        if (!isMissing(error) || (await openIfThere(complete(id)).then(closed)) === undefined) throw error
      }
      await syncFolder(completes)
      await syncFolder(partials)
    },

    async stat(id) {
      const begun = growing.get(id)
      if (begun !== undefined) return { bytes: begun, state: "partial" }
      await using finished = await openIfThere(complete(id))
      if (finished !== undefined) return { bytes: (await finished.stat()).size, state: "complete" }
      await using unfinished = await openIfThere(partial(id))
      if (unfinished === undefined) return undefined
      // Bytes that a killed server wrote but did not sync yet count only once they are on disk.
      await unfinished.sync()
      return { bytes: (await unfinished.stat()).size, state: "partial" }
    },

    async read(id, range) {
      const path = complete(id)
      if ((await openIfThere(path).then(closed)) === undefined) return undefined
      return readRange(() => open(path, O_RDONLY | O_NOFOLLOW), range)
    },

    async remove(id) {
      for (const path of [partial(id), complete(id)]) await unlinkIfThere(path)
      await syncFolder(partials)
      await syncFolder(completes)
    },

    list: async () => [...(await readdir(partials)), ...(await readdir(completes))],
  }
}

async function appendDurably(file: FileHandle, offset: number, source: AsyncIterable<Uint8Array>): Promise<number> {
  const chunks = source[Symbol.asyncIterator]()
  let position = offset
  let broken: { error: unknown } | undefined
  for (;;) {
    let next: IteratorResult<Uint8Array>
    try {
      next = await chunks.next()
    } catch (error) {
      broken = { error }
      break
    }
    if (next.done === true) break
    try {
      position = await writeWhole(file, next.value, position)
    } catch (error) {
      await file.truncate(offset)
      await chunks.return?.()
      throw error
    }
  }
  try {
    await file.sync()
  } catch (error) {
    // After a failed fsync the pages count as clean: only writing them again would help.
    await file.truncate(offset)
    throw error
  }
  if (broken !== undefined) throw broken.error
  return position
}

const readBytes = 1 << 18

/**
 * Reads as it is asked. The file is opened with the first read, so that a stream that nobody reads holds none, and closed
 * at the end, on failure and on cancel.
 */
function readRange(
  openFile: () => Promise<FileHandle>,
  { start, end }: { start: number; end: number },
): ReadableStream<Uint8Array> {
  let position = start
  let file: FileHandle | undefined
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    file ??= await openFile()
    const buffer = new Uint8Array(Math.min(readBytes, end - position))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) throw new Error("Cannot read blob: its file is cut")
    position += bytesRead
    controller.enqueue(buffer.subarray(0, bytesRead))
    if (position < end) return
    await file.close()
    controller.close()
  }
  let pulling: Promise<void> = Promise.resolve()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          pulling = pull(controller)
          await pulling
        } catch (error) {
          await file?.close()
          throw error
        }
      },
      async cancel() {
        // A read under way may be opening the file; what it fails at is its own.
        await pulling.catch(() => undefined)
        await file?.close()
      },
    },
    { highWaterMark: 0 },
  )
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let written = 0
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
  }
  return position + written
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

async function closed(file: FileHandle | undefined): Promise<FileHandle | undefined> {
  await file?.close()
  return file
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ENOENT"
}

function checkedName(id: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new RangeError("Cannot name blob: letters, digits, - and _ only")
  return id
}
