import type { Context } from "hono"
import type { AppEnv } from "../http/app-env.ts"
import { parseByteRange } from "../http/byte-range.ts"
import type { BlobStore } from "../storage/blob-store.ts"
import type { CaptureSummary } from "../storage/captures-store.ts"

const octets = { "content-type": "application/octet-stream" }

/** Small sealed parts, as they are. */
export function sealedPart(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes), { headers: { ...octets, "content-length": String(bytes.length) } })
}

/** The sealed media, whole or the range that is asked for. */
export async function sealedMedia(
  c: Context<AppEnv>,
  blobs: BlobStore,
  capture: Pick<CaptureSummary, "blobId" | "mediaBytes">,
): Promise<Response> {
  const { blobId, mediaBytes } = capture
  const etag = `"${blobId}"`
  const condition = c.req.header("if-range")
  const asked = condition === undefined || condition === etag ? c.req.header("range") : undefined
  const range = parseByteRange(asked, mediaBytes)
  const { start, end } = range ?? { start: 0, end: mediaBytes }
  const headers = { ...octets, etag, "accept-ranges": "bytes", "content-length": String(end - start) }
  const body = await openBody(c, blobs, blobId, { start, end })
  if (range === undefined) return new Response(body, { headers })
  const partial = { ...headers, "content-range": `bytes ${start}-${end - 1}/${mediaBytes}` }
  return new Response(body, { status: 206, headers: partial })
}

/** Header and media in one: an age file. */
export async function sealedFile(c: Context<AppEnv>, blobs: BlobStore, capture: CaptureSummary): Promise<Response> {
  const { captureId, header, blobId, mediaBytes } = capture
  const headers = {
    ...octets,
    "content-length": String(header.length + mediaBytes),
    "content-disposition": `attachment; filename="${captureId}.age"`,
  }
  const media = await openBody(c, blobs, blobId, { start: 0, end: mediaBytes })
  return new Response(media?.pipeThrough(preceded(header)) ?? null, { headers })
}

/** HEAD is answered by the code of GET, and nobody would ever read or close its stream. */
async function openBody(c: Context<AppEnv>, blobs: BlobStore, blobId: string, range: { start: number; end: number }) {
  if (c.req.method === "HEAD") return null
  const body = await blobs.read(blobId, range)
  if (body === undefined) throw new Error(`Cannot read blob ${blobId}: its file is missing`)
  return body
}

function preceded(header: Uint8Array): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({ start: (controller) => controller.enqueue(header) })
}
