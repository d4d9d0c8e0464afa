/** Compresses as PNG wants it (zlib, RFC 1950). */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("deflate"))
  return new Uint8Array(await new Response(compressed).arrayBuffer())
}
