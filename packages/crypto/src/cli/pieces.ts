import { open } from "node:fs/promises"
import { pipeline } from "node:stream/promises"

const pieceBytes = 262_144

/**
 * The bytes of a file, or of standard input for `-`, in fresh arrays.
 * @param read - Told how many bytes came.
 * @param size - The size of a regular file, where that is known: one that has no more is read at once.
 */
export async function* readPieces(
  path: string,
  read: (bytes: number) => void,
  size = 0,
): AsyncGenerator<Uint8Array, void> {
  const pieces = path === "-" ? (process.stdin as AsyncIterable<Uint8Array>) : filePieces(path, size)
  for await (const piece of pieces) {
    read(piece.length)
    yield piece
  }
}

async function* filePieces(path: string, size: number): AsyncGenerator<Uint8Array, void> {
  const handle = await open(path)
  try {
    // A read of a regular file that gives less than it was asked for has come to the end.
    const small = size > 0 && size < pieceBytes
    for (;;) {
      const room = new Uint8Array(small ? size + 1 : pieceBytes)
      const { bytesRead } = await handle.read(room, 0, room.length)
      if (bytesRead > 0) yield room.subarray(0, bytesRead)
      if (bytesRead === 0 || (small && bytesRead < room.length)) return
    }
  } finally {
    await handle.close()
  }
}

/** All pieces as one, for what cannot be worked on in parts. */
export async function readWhole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return new Uint8Array(Buffer.concat(all))
}

/** Writes to standard output as fast as it is taken. */
export async function writeStandardOutput(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(pieces, process.stdout, { end: false })
}
