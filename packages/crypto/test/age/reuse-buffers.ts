/** Holds each piece as long as it is promised to stay: copies it only when the next one has come. */
export async function collectLate(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const copies: Uint8Array<ArrayBuffer>[] = []
  let held: Uint8Array | undefined
  for await (const piece of pieces) {
    if (held) copies.push(new Uint8Array(held))
    held = piece
  }
  if (held) copies.push(new Uint8Array(held))
  return new Uint8Array(await new Blob(copies).arrayBuffer())
}

/** Bytes that differ from chunk to chunk. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => i * 31 + (i >> 16))
}
