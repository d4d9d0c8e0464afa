/** Both ends of a transformation, as `pipeThrough` takes them. */
export interface StreamPair {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<Uint8Array>
}

/**
 * Makes a stream pair of an async generator. The readable end is pulled: every chunk that the generator yielded is read
 * before its error shows, which a TransformStream does not promise (an error there throws away what is queued).
 */
export function streamPair(
  transform: (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void>,
): StreamPair {
  const input = new TransformStream<Uint8Array, Uint8Array>()
  const output = transform(chunksOf(input.readable))
  const readable = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await output.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel(reason) {
        await Promise.all([output.return(), input.readable.locked ? undefined : input.readable.cancel(reason)])
      },
    },
    { highWaterMark: 0 },
  )
  return { readable, writable: input.writable }
}

/** The chunks of a stream. Leaving the loop cancels the stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
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
    if (!ended) await reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
}
