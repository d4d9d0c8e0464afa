import { fromBase64Url } from "@darkslide/crypto"
import * as z from "zod"
import { checkMedia, checkOwnHead, checkParts } from "../captures/check-commit.ts"
import type { CaptureParts } from "../storage/captures-store.ts"
import type { ArmedDevice } from "../storage/inbox-store.ts"

/** A photo of an armed browser, as it came in. */
export interface InboxUpload extends CaptureParts {
  readonly captureId: string
  /** A signed document. */
  readonly head: Uint8Array
  readonly media: Uint8Array
  /** In clear, for the alert alone; only where the owner chose so. */
  readonly picture?: Uint8Array | undefined
}

/** Shapes alone: what is inside is the owner's to verify. @throws Problem `CAPTURE_MALFORMED`, `DEVICE_REFUSED` */
export function checkInboxUpload(upload: InboxUpload, device: ArmedDevice): void {
  checkParts(upload)
  checkMedia(upload.media.length, upload.chunks)
  checkOwnHead(upload.head, device.deviceId)
}

const partNames = ["header", "record", "sealing", "private", "thumbnail", "chunks", "media"] as const

/** What lies in the spool: all that is needed to go on after a crash. */
export interface SpooledUpload extends CaptureParts {
  readonly device: Omit<ArmedDevice, "armedAt">
  readonly receivedAt: number
  readonly captureId: string
  readonly media: Uint8Array
  readonly picture?: Uint8Array | undefined
}

const bytes = z.string().transform((text) => new Uint8Array(fromBase64Url(text)))
const schema = z.strictObject({
  accountId: z.string(),
  deviceId: z.string(),
  content: z.enum(["link", "sealed", "clear"]),
  receivedAt: z.number(),
  captureId: z.string(),
  header: bytes,
  record: bytes,
  sealing: bytes,
  private: bytes,
  thumbnail: bytes,
  chunks: bytes,
  media: bytes,
  picture: bytes.optional(),
})

export function toSpooled(upload: InboxUpload, device: ArmedDevice, receivedAt: number): string {
  const { accountId, deviceId, content } = device
  const text = (part: Uint8Array) => Buffer.from(part).toString("base64url")
  const picture = content === "clear" && upload.picture !== undefined ? { picture: text(upload.picture) } : {}
  const parts = Object.fromEntries(partNames.map((part) => [part, text(upload[part])]))
  return JSON.stringify({ accountId, deviceId, content, receivedAt, captureId: upload.captureId, ...parts, ...picture })
}

export function fromSpooled(text: string): SpooledUpload {
  const { accountId, deviceId, content, ...upload } = schema.parse(JSON.parse(text))
  return { ...upload, device: { accountId, deviceId, content } }
}
