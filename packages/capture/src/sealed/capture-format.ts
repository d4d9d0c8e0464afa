import { fromBase64Url, isDarkslideError } from "@darkslide/crypto"
import * as z from "zod/mini"

// [Note: What a sealed capture is made of]
// Under one age file key, each an age payload with its own nonce: media, thumbnail, record, sealing. `header` followed
// by any of them is an age file. `private` is an age file of its own, for the owner. Record, sealing, head and tombstone
// are signed documents (crypto: [Note: Signed documents]). The format page is docs/formats/capture.md.

const hash = base64UrlOf(32)

/** 16 random bytes. */
const captureId = base64UrlOf(16)

const accountId = z.string().check(z.regex(/^[a-z2-7]{26}$/))
const deviceId = accountId
const milliseconds = z.int().check(z.nonnegative())

/** What was taken, when, by which device; signed by it; never changes. Hashes are SHA-256 of plaintext in base64url. */
export interface CaptureRecord {
  readonly v: 1
  readonly captureId: string
  readonly accountId: string
  readonly deviceId: string
  /** Milliseconds since 1970, by the device's clock. */
  readonly createdAt: number
  readonly kind: "photo" | "clip"
  readonly mediaType: string
  readonly mediaBytes: number
  readonly mediaHash: string
  readonly privateHash: string
  /** One segment of a recording that was cut: its series, its place from 0, and whether it is the last. */
  readonly clip?: { readonly id: string; readonly index: number; readonly last: boolean } | undefined
}

/** How it is sealed now; signed by the device that sealed it. Re-encryption replaces it, with a higher version. */
export interface CaptureSealing {
  readonly v: 1
  readonly captureId: string
  readonly deviceId: string
  readonly recordHash: string
  readonly version: number
  /** The first 16 bytes of the sealed media. */
  readonly mediaNonce: string
  readonly keyCommitment: string
  readonly chunksHash: string
  readonly thumbnailHash: string
}

/** What only the owner reads: the place in the device's sequence, and the details kept out of the media. */
export interface CapturePrivate {
  readonly v: 1
  /** 32 random bytes: without them nobody can guess the private part from its hash. */
  readonly salt: string
  readonly seq: number
  readonly prevHash: string
  readonly details: Readonly<Record<string, unknown>>
}

/** How far a device's sequence goes, in clear. `skipped`: numbers that were taken and given up. */
export interface DeviceHead {
  readonly v: 1
  readonly accountId: string
  readonly deviceId: string
  readonly seq: number
  readonly recordHash: string
  readonly skipped: readonly number[]
}

/** What a delete leaves. */
export interface CaptureTombstone {
  readonly v: 1
  readonly accountId: string
  readonly deviceId: string
  readonly captureId: string
  readonly recordHash: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export const recordSchema: z.ZodMiniType<CaptureRecord> = z
  .strictObject({
    v: z.literal(1),
    captureId,
    accountId,
    deviceId,
    createdAt: milliseconds,
    kind: z.enum(["photo", "clip"]),
    mediaType: z.string().check(z.regex(/^[a-z]+\/[a-z0-9.+-]+$/), z.maxLength(100)),
    mediaBytes: z.int().check(z.positive()),
    mediaHash: hash,
    privateHash: hash,
    clip: z.optional(z.strictObject({ id: captureId, index: z.int().check(z.nonnegative()), last: z.boolean() })),
  })
  .check(z.refine(isConsistent, "kind, media type and clip must belong together"))

/** A photo is an image and no part of a recording; a clip is a video. */
export function isConsistent({ kind, mediaType, clip }: Pick<CaptureRecord, "kind" | "mediaType" | "clip">): boolean {
  return kind === "clip" ? mediaType.startsWith("video/") : mediaType.startsWith("image/") && clip === undefined
}

export const sealingSchema: z.ZodMiniType<CaptureSealing> = z.strictObject({
  v: z.literal(1),
  captureId,
  deviceId,
  recordHash: hash,
  version: z.int().check(z.positive()),
  mediaNonce: base64UrlOf(16),
  keyCommitment: hash,
  chunksHash: hash,
  thumbnailHash: hash,
})

export const privateSchema: z.ZodMiniType<CapturePrivate> = z.strictObject({
  v: z.literal(1),
  salt: hash,
  seq: z.int().check(z.positive()),
  prevHash: hash,
  details: z.record(z.string(), z.unknown()),
})

export const tombstoneSchema: z.ZodMiniType<CaptureTombstone> = z.strictObject({
  v: z.literal(1),
  accountId,
  deviceId,
  captureId,
  recordHash: hash,
  at: milliseconds,
})

/** Records and sealings are padded to a multiple of this many bytes, private parts too. */
export const documentBlockBytes = 1024

/** Thumbnails are padded with zeros, which every JPEG decoder ignores, to a multiple of this many bytes. */
export const thumbnailBlockBytes = 4096

function base64UrlOf(bytes: number): z.ZodMiniString {
  return z.string().check(
    z.refine((text: string) => {
      try {
        return fromBase64Url(text, bytes).length === bytes
      } catch (error) {
        if (isDarkslideError(error, "CRYPTO_MALFORMED")) return false
        throw error
      }
    }, `must be ${bytes} bytes in base64url`),
  )
}
