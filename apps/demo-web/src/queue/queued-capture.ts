import { CaptureError, type SealedCapture, type SequencePosition } from "@darkslide/capture"
import type { FinishedUpload, FinishUpload, QueueParts } from "@darkslide/capture/queue"
import { toBase64Url } from "@darkslide/crypto"
import * as z from "zod/mini"
import type { Api } from "../http/api.ts"
import type { DeviceSequence } from "../library/device-sequence.ts"

const bytes = z.instanceof(Uint8Array)
const number = z.int().check(z.nonnegative())

/** What the queue keeps of a capture beside its media, to commit it and to show it meanwhile. */
const schema = z.object({
  header: bytes,
  record: bytes,
  sealing: bytes,
  private: bytes,
  thumbnail: bytes,
  chunks: bytes,
  head: bytes,
  deviceId: z.string(),
  /** Its place in the device's sequence, and which numbers its head declares as given up. */
  seq: number,
  declared: z.array(number),
  /** JSON: what this one takes the place of, and the signed tombstones that say so. */
  replaced: z.optional(z.string()),
})

const buriedSchema = z.array(z.object({ captureId: z.string(), tombstone: z.string() }))

/** A capture that another one takes the place of, once that is on the server. */
export type Buried = z.infer<typeof buriedSchema>[number]

export interface QueuedCapture extends Omit<z.infer<typeof schema>, "deviceId" | "seq" | "declared" | "replaced"> {
  readonly captureId: string
}

export function partsOf(
  sealed: SealedCapture,
  deviceId: string,
  position: SequencePosition,
  replaced: readonly Buried[],
): QueueParts {
  const { captureId: _id, media: _media, recordHash: _hash, ...parts } = sealed
  return { ...parts, deviceId, seq: position.seq, declared: [...position.skipped], replaced: JSON.stringify(replaced) }
}

/** @throws CaptureError `CAPTURE_QUEUE_CORRUPT` */
export function queuedCapture(captureId: string, stored: unknown): QueuedCapture {
  return { captureId, ...parse(captureId, stored) }
}

/**
 * Commits an uploaded capture. It may come twice: the server knows the same commit again. The device's sequence hears of
 * it before the queue forgets the item, so that its number is never taken for one that was given up. What it takes the
 * place of goes only after it has arrived.
 */
export async function commitQueued(
  { id, upload, parts }: FinishedUpload,
  { fetch, headers }: Parameters<FinishUpload>[1],
  { api, sequence }: { readonly api: Api; readonly sequence: DeviceSequence },
): Promise<Response | "upload-again" | undefined> {
  const { deviceId, seq: _seq, declared, replaced, ...sealed } = parse(id, parts)
  const texts = Object.entries(sealed).map(([name, part]) => [name, toBase64Url(part)] as const)
  const response = await fetch(new URL(`/v1/captures/${id}`, api.base), {
    method: "PUT",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ ...Object.fromEntries(texts), upload: upload.pathname.split("/").at(-1) }),
    cache: "no-store",
    redirect: "error",
  })
  const problem = response.ok ? undefined : await problemOf(response.clone())
  if (problem === "UPLOAD_NOT_READY") return "upload-again"
  // Committed by an earlier try, and deleted since.
  const isOver = response.ok || problem === "CAPTURE_DELETED"
  if (!isOver) return response
  await sequence.arrived(deviceId, id, declared)
  for (const { captureId, tombstone } of buriedSchema.parse(JSON.parse(replaced ?? "[]"))) {
    const buried = await fetch(new URL(`/v1/captures/${captureId}`, api.base), {
      method: "DELETE",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ tombstone }),
      cache: "no-store",
      redirect: "error",
    })
    if (!buried.ok) return buried
  }
  return undefined
}

async function problemOf(response: Response): Promise<string | undefined> {
  // Whatever is no problem document is judged by its status.
  const body: unknown = await response.json().catch(() => undefined)
  return z.object({ code: z.string() }).safeParse(body).data?.code
}

function parse(captureId: string, stored: unknown): z.infer<typeof schema> {
  const parsed = schema.safeParse(stored)
  if (parsed.success) return parsed.data
  throw new CaptureError("CAPTURE_QUEUE_CORRUPT", `Cannot read queued item ${captureId}: its parts are damaged`)
}
