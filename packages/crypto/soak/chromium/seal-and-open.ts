// Runs in a worker in Chromium: seals a Blob as a stream and opens the result as it comes, or only reads it; counts bytes.
import { generateKeyPair, openStream, sealStream } from "@darkslide/crypto"

export interface MemoryTask {
  readonly what: "read" | "seal and open"
  readonly blob: Blob
}

addEventListener("message", (event: MessageEvent<MemoryTask>) => {
  bytesOf(streamOf(event.data)).then(
    (bytes) => postMessage({ bytes }),
    (error: unknown) => postMessage({ error: String(error) }),
  )
})

function streamOf({ what, blob }: MemoryTask): ReadableStream<Uint8Array> {
  if (what === "read") return blob.stream()
  const me = generateKeyPair()
  const sealed = blob.stream().pipeThrough(sealStream({ to: [me.recipient] }))
  return sealed.pipeThrough(openStream({ with: [me] }))
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader()
  let bytes = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length
  return bytes
}
