import { existsSync } from "node:fs"
import { link, open, rename } from "node:fs/promises"
import { isSystemError } from "./system-error.ts"
import { removeIfThere, temporaryName } from "./temporary-files.ts"

/** The output is there, and nobody said that it may be overwritten. */
export class OutputExistsError extends Error {
  override readonly name = "OutputExistsError"
  readonly code = "OUTPUT_EXISTS"

  constructor(path: string) {
    super(`${path} is there already; --force overwrites it`)
  }
}

export interface WriteOptions {
  readonly overwrite: boolean
  /** Permissions of a new file, before the umask (default 0o666). */
  readonly mode?: number | undefined
}

/**
 * Writes a file so that under its name there is the whole of it or nothing new, whenever the process or the machine
 * stops: under another name first, to the disk, then renamed.
 * @throws OutputExistsError, before anything is read of `pieces`.
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { overwrite, mode = 0o666 }: WriteOptions,
): Promise<void> {
  if (!overwrite && existsSync(path)) throw new OutputExistsError(path)
  const temporary = temporaryName(path)
  try {
    await writeTo(temporary, pieces, mode)
    if (overwrite) await rename(temporary, path)
    else await renameNew(temporary, path)
  } finally {
    await removeIfThere(temporary)
  }
}

async function writeTo(path: string, pieces: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
  const handle = await open(path, "wx", mode)
  try {
    await handle.writeFile(coalesced(pieces))
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** A hard link fails where a rename would overwrite what appeared in the meantime. */
async function renameNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (isSystemError(error, "EEXIST")) throw new OutputExistsError(to)
    // A file system without hard links: a rename comes close.
    if (!isSystemError(error, "EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP", "EMLINK")) throw error
    if (existsSync(to)) throw new OutputExistsError(to)
    await rename(from, to)
  }
}

const coalescedBytes = 65_536

/** Joins small pieces, so that a small file is one write. */
async function* coalesced(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const piece of pieces) {
    held.push(piece)
    heldBytes += piece.length
    if (heldBytes < coalescedBytes) continue
    yield held.length === 1 ? piece : Buffer.concat(held)
    held = []
    heldBytes = 0
  }
  if (heldBytes > 0) yield Buffer.concat(held)
}
