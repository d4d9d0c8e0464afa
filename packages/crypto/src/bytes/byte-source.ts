/** Whatever bytes come from, piece by piece. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array>

/** The pieces of a source; of a stream by its reader, because not every browser iterates streams. */
export function piecesOf(source: ByteSource): AsyncIterable<Uint8Array> {
  if (source instanceof ReadableStream) return piecesOfStream(source)
  return Symbol.asyncIterator in source ? source : asynchronous(source)
}

/** Leaving the loop cancels the stream. */
async function* piecesOfStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
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
