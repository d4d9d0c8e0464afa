import { chunkCount, isDarkslideError, payloadNonceBytes, readUnverified, sealedChunkBytes } from "@darkslide/crypto"
import { createHash } from "node:crypto"
import * as z from "zod"
import { Problem } from "../http/problem.ts"
import type { CaptureParts, Commit } from "../storage/captures-store.ts"

const ageVersionLine = Buffer.from("age-encryption.org/v1\n")
const tagBytes = 16
const hashBytes = 32

/**
 * The shapes that a blind server can check: what is inside is the clients' to verify.
 * @throws Problem `CAPTURE_MALFORMED`
 */
export function checkParts({ header, private: sealed, thumbnail, chunks }: CaptureParts): void {
  if (!startsAsAge(header)) throw malformed("header is no age header")
  if (!startsAsAge(sealed)) throw malformed("private is no age file")
  if (!isPayloadSize(thumbnail.length)) throw malformed("thumbnail has a size that no sealed payload has")
  if (chunks.length === 0 || chunks.length % hashBytes !== 0) throw malformed("chunks is no list of hashes")
}

/** @throws Problem `CAPTURE_MALFORMED` unless the chunk list fits a sealed payload of `mediaBytes`. */
export function checkMedia(mediaBytes: number, chunks: Uint8Array): void {
  if (!isPayloadSize(mediaBytes)) throw malformed("the upload has a size that no sealed payload has")
  if (chunks.length !== chunkCount(mediaBytes) * hashBytes) throw malformed("chunks does not fit the upload")
}

const headFields = z.object({ deviceId: z.string().min(1).max(64), seq: z.number().int().nonnegative() })

/**
 * Which device a head speaks for, and how far it counts. Not verified: the server only keeps the last one of each
 * device, and who reads it checks the signature.
 * @throws Problem `CAPTURE_MALFORMED`
 */
export function readHead(document: Uint8Array): Commit["head"] {
  try {
    const { deviceId, seq } = headFields.parse(readUnverified(document))
    return { deviceId, sequence: seq, document }
  } catch (error) {
    if (isDarkslideError(error) || error instanceof z.ZodError) throw malformed("head is no signed head", error)
    throw error
  }
}

/** @throws Problem `DEVICE_REFUSED` when a device that signed in by its key commits for another one */
export function checkOwnHead(document: Uint8Array, deviceId: string): void {
  if (readHead(document).deviceId !== deviceId)
    throw new Problem("DEVICE_REFUSED", "Cannot commit capture: a device adds its own captures only")
}

/** SHA-256 over all fields, each with its length before it: by this a retried commit is known. */
export function hashCommit(parts: CaptureParts, head: Uint8Array, uploadId: string): string {
  const hash = createHash("sha256")
  const { header, record, sealing, private: sealed, thumbnail, chunks } = parts
  for (const field of [header, record, sealing, sealed, thumbnail, chunks, head, Buffer.from(uploadId)]) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field.length)
    hash.update(length).update(field)
  }
  return hash.digest("base64url")
}

function startsAsAge(bytes: Uint8Array): boolean {
  return ageVersionLine.equals(bytes.subarray(0, ageVersionLine.length))
}

/** Nonce, full chunks, and a last one that has at least its tag; only a lone chunk may be empty. */
function isPayloadSize(bytes: number): boolean {
  const chunked = bytes - payloadNonceBytes
  const last = chunked % sealedChunkBytes
  return chunked === tagBytes || (chunked > tagBytes && (last === 0 || last > tagBytes))
}

function malformed(what: string, cause?: unknown): Problem {
  return new Problem("CAPTURE_MALFORMED", `Cannot commit capture: ${what}`, { cause })
}
