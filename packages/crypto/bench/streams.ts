/** Whether each piece of a source is an array of its own, as a network gives them, or the same one again. */
export type Pieces = "fresh" | "one buffer"

/** {@link bytePieces} as a stream that is pulled. */
export function byteStream(size: number, kind: Pieces): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = bytePieces(size, kind)
  return new ReadableStream({
    pull(controller) {
      const next = pieces.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
  })
}

/** Pieces of 64 KiB, `size` bytes in all. */
export function* bytePieces(size: number, kind: Pieces): Generator<Uint8Array<ArrayBuffer>, void> {
  const block = new Uint8Array(65_536).fill(7)
  for (let left = size; left > 0; left -= block.length) yield kind === "fresh" ? new Uint8Array(block) : block
}

export async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  while (!(await reader.read()).done);
}
