// Runs in a worker in Chromium: seals a Blob as it comes and opens the result as it comes, or only reads it; counts bytes.
import { generateKeyPair, openIterable, sealIterable } from "@darkslide/crypto"

export interface MemoryTask {
  readonly what: "read" | "seal and open"
  readonly blob: Blob
}

addEventListener("message", (event: MessageEvent<MemoryTask>) => {
  bytesOf(piecesOf(event.data)).then(
    (bytes) => postMessage({ bytes }),
    (error: unknown) => postMessage({ error: String(error) }),
  )
})

function piecesOf({ what, blob }: MemoryTask): AsyncIterable<Uint8Array> {
  if (what === "read") return blob.stream()
  const me = generateKeyPair()
  const sealed = sealIterable(blob, { to: [me.recipient], reuseBuffers: true })
  return openIterable(sealed, { with: [me], reuseBuffers: true })
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const piece of pieces) bytes += piece.length
  return bytes
}
