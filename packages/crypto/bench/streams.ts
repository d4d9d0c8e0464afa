/** 64 KiB pieces of fresh bytes, `size` in all, as a stream that is pulled. */
export function byteStream(size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = bytePieces(size)
  return new ReadableStream({
    pull(controller) {
      const next = pieces.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
  })
}

export function* bytePieces(size: number): Generator<Uint8Array<ArrayBuffer>, void> {
  const block = new Uint8Array(65_536).fill(7)
  for (let left = size; left > 0; left -= block.length) yield new Uint8Array(block)
}

export async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  while (!(await reader.read()).done);
}
