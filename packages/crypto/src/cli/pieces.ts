import { open } from "node:fs/promises"
import { pipeline } from "node:stream/promises"

/** The first piece is small, as most files are. */
const firstPieceBytes = 16_384
const pieceBytes = 262_144

/**
 * The bytes of a file, or of standard input for `-`, in fresh arrays.
 * @param read - Told how many bytes came.
 */
export async function* readPieces(path: string, read: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  for await (const piece of path === "-" ? (process.stdin as AsyncIterable<Uint8Array>) : filePieces(path)) {
    read(piece.length)
    yield piece
  }
}

async function* filePieces(path: string): AsyncGenerator<Uint8Array, void> {
  const handle = await open(path)
  try {
    for (let size = firstPieceBytes; ; size = pieceBytes) {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(size), 0, size)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** Writes to standard output as fast as it is taken. */
export async function writeStandardOutput(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(pieces, process.stdout, { end: false })
}
