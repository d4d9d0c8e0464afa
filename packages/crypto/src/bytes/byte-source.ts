import { nodeCrypto } from "../native.ts"
import { free } from "./free.ts"

/** Whatever bytes come from, piece by piece. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array> | Blob

/**
 * The pieces of a source; of a stream by its reader, because not every browser iterates streams. Each piece of a Blob
 * stays as it is only until the one after the next is asked for.
 */
export function piecesOf(source: ByteSource): AsyncIterable<Uint8Array> {
  if (source instanceof Blob) return piecesOfBlob(source)
  if (source instanceof ReadableStream) return piecesOfStream(source)
  return Symbol.asyncIterator in source ? source : asynchronous(source)
}

/** Leaving the loop cancels the stream. */
async function* piecesOfStream<Piece extends Uint8Array>(stream: ReadableStream<Piece>): AsyncGenerator<Piece, void> {
  const reader = stream.getReader()
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      ended = done
      if (done) return
      yield value
    }
  } finally {
    if (!ended) await reader.cancel()
    reader.releaseLock()
  }
}

async function* asynchronous(source: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield* source
}

/** In a browser, gives each piece back once it was used: a large Blob would outrun the collector. */
async function* piecesOfBlob(blob: Blob): AsyncGenerator<Uint8Array, void> {
  // Node's pieces may be the Blob's own memory.
  if (nodeCrypto()) return yield* piecesOfStream(blob.stream())
  const given: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of piecesOfStream(blob.stream())) {
    if (given.push(piece) > 2) free(given.shift() as Uint8Array<ArrayBuffer>)
    yield piece
  }
}
