import {
  checkChunks,
  chunkListHash,
  documentHash,
  fromBase64Url,
  isDarkslideError,
  keyCommitment,
  open,
  openHeader,
  openPayload,
  payloadNonceBytes,
  sha256,
  toBase64Url,
  type AccountState,
  type DeviceCertificate,
  type DeviceScope,
  type Identity,
} from "@darkslide/crypto"
import {
  privateSchema,
  recordSchema,
  sealingSchema,
  type CapturePrivate,
  type CaptureRecord,
  type CaptureSealing,
} from "./capture-format.ts"
import { openDeviceDocument, parseAs, refusing, refusingAsync, unsigned } from "./device.ts"
import { domains } from "./domains.ts"
import { CaptureError, type SealedCaptureErrorCode } from "../errors.ts"
import type { MediaAccess } from "./open-media-at.ts"
import type { SealedCapture } from "./seal-capture.ts"

/** What a server answers for a capture before its thumbnail and media are asked for. */
export type CaptureParts = Pick<SealedCapture, "header" | "record" | "sealing" | "private">

/** What a client remembers of a capture, to know an older one by. */
export interface SeenCapture {
  readonly recordHash: string
  readonly version: number
}

export interface OpenCaptureOptions {
  /** The account's identity. */
  readonly with: Identity
  /** The account's verified state: its devices are the only signers. */
  readonly state: AccountState
  /** The id under which the server gave the parts. */
  readonly captureId: string
  readonly seen?: SeenCapture | undefined
  /**
   * The scopes that its devices may have. `["inbox"]`, with the inbox identity, for what an armed browser took while nobody
   * was signed in: whoever sat there could forge it. Default: `["full", "capture"]`.
   */
  readonly signedBy?: readonly DeviceScope[] | undefined
}

/** A capture whose record and sealing verified. Its thumbnail and media are verified as they are opened. */
export interface OpenedCapture {
  readonly record: CaptureRecord
  readonly private: CapturePrivate
  readonly seen: SeenCapture
  /** Opens this capture's media and nothing else: for the worker that plays it. A secret. See `openMediaAt`. */
  readonly mediaAccess: MediaAccess
  /**
   * @returns the JPEG, with the zeros that pad it.
   * @throws CaptureError `CAPTURE_THUMBNAIL_INVALID`
   */
  openThumbnail(sealed: Uint8Array): Promise<Uint8Array>
  /**
   * Opens the whole media; nothing is returned unless all of it is what was signed.
   * @param chunks - The chunk list that lies beside the media.
   * @throws CaptureError `CAPTURE_MEDIA_INVALID`
   */
  openMedia(sealed: Uint8Array, chunks: Uint8Array): Promise<Uint8Array>
}

/**
 * Opens the parts of a capture and checks all that can be checked without its media: that a device of the account in
 * scope, not past its revocation, signed record and sealing; that ids match; that the file key is the committed one.
 * @throws CaptureError `CAPTURE_RECORD_INVALID`, `CAPTURE_FOREIGN`, `CAPTURE_UNSIGNED`
 */
export async function openCapture(parts: CaptureParts, options: OpenCaptureOptions): Promise<OpenedCapture> {
  const fileKey = await openFileKey(parts.header, options.with)
  const recordDocument = await openDocument(fileKey, parts.record)
  const sealingDocument = await openDocument(fileKey, parts.sealing)
  const context = {
    state: options.state,
    scopes: options.signedBy ?? (["full", "capture"] as const),
    invalidCode: "CAPTURE_RECORD_INVALID",
  } as const
  const record = openDeviceDocument(recordDocument, { ...context, domain: domains.record, schema: recordSchema })
  const sealing = openDeviceDocument(sealingDocument, { ...context, domain: domains.sealing, schema: sealingSchema })
  const recordHash = toBase64Url(documentHash(recordDocument))
  checkIds(record.value, sealing.value, recordHash, options)
  const priv = await openPrivate(parts.private, record.value, options.with)
  checkRevocation(record.device, sealing.device, priv, recordHash)
  checkCommitment(fileKey, sealing.value)
  checkNotOlder(sealing.value, recordHash, options.seen)
  return {
    record: record.value,
    private: priv,
    seen: { recordHash, version: sealing.value.version },
    mediaAccess: mediaAccessOf(fileKey, record.value, sealing.value),
    openThumbnail: (sealed) => openThumbnail(fileKey, sealed, sealing.value),
    openMedia: (sealed, chunks) => openMedia(fileKey, sealed, chunks, sealing.value, record.value),
  }
}

async function openFileKey(header: Uint8Array, identity: Identity): Promise<Uint8Array> {
  try {
    return await openHeader(header, { with: [identity] })
  } catch (cause) {
    if (isDarkslideError(cause, "CRYPTO_NO_IDENTITY_MATCHED"))
      throw new CaptureError("CAPTURE_FOREIGN", "Cannot open capture: not sealed to this account", { cause })
    return refusing("CAPTURE_RECORD_INVALID", () => {
      throw cause
    })
  }
}

async function openDocument(fileKey: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  return await refusingAsync("CAPTURE_RECORD_INVALID", () => openPayload(fileKey, sealed))
}

function checkIds(
  record: CaptureRecord,
  sealing: CaptureSealing,
  recordHash: string,
  expected: OpenCaptureOptions,
): void {
  if (record.accountId !== expected.state.accountId) throw foreign("record", "account")
  if (record.captureId !== expected.captureId) throw foreign("record", "capture")
  if (sealing.captureId !== expected.captureId) throw foreign("sealing", "capture")
  if (sealing.recordHash !== recordHash) throw invalidRecord("its sealing is of another record")
}

async function openPrivate(sealed: Uint8Array, record: CaptureRecord, identity: Identity): Promise<CapturePrivate> {
  const bytes = await refusingAsync("CAPTURE_RECORD_INVALID", () => open(sealed, { with: [identity] }))
  if (toBase64Url(sha256(bytes)) !== record.privateHash) throw invalidRecord("its private part is not the signed one")
  return parseAs(privateSchema, () => parseJson(bytes), "CAPTURE_RECORD_INVALID")
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new CaptureError("CAPTURE_RECORD_INVALID", "Cannot open capture: private part is not JSON", { cause })
  }
}

/** A revoked device's captures count up to its last one, which must be that very one. */
function checkRevocation(
  recorder: DeviceCertificate,
  sealer: DeviceCertificate,
  priv: CapturePrivate,
  recordHash: string,
): void {
  const { revoked } = recorder
  if (revoked) {
    if (priv.seq > revoked.lastSeq) throw unsigned("by a device after it was revoked")
    if (priv.seq === revoked.lastSeq && recordHash !== revoked.lastHash)
      throw unsigned("by a revoked device, in place of its last capture")
  }
  // When a device sealed again what another one recorded shows nowhere: once revoked, its word is not taken.
  if (sealer.revoked && sealer.deviceId !== recorder.deviceId) throw unsigned("sealed by a revoked device")
}

function checkCommitment(fileKey: Uint8Array, sealing: CaptureSealing): void {
  const commitment = keyCommitment(fileKey, fromBase64Url(sealing.mediaNonce, payloadNonceBytes))
  if (toBase64Url(commitment) !== sealing.keyCommitment) throw invalidRecord("its key is not the committed one")
}

function checkNotOlder(sealing: CaptureSealing, recordHash: string, seen: SeenCapture | undefined): void {
  if (!seen) return
  if (seen.recordHash !== recordHash) throw invalidRecord("another record than the one seen before")
  if (sealing.version < seen.version)
    throw invalidRecord(`version ${sealing.version}, and this client saw version ${seen.version}`)
}

async function openThumbnail(fileKey: Uint8Array, sealed: Uint8Array, sealing: CaptureSealing): Promise<Uint8Array> {
  const thumbnail = await refusingAsync("CAPTURE_THUMBNAIL_INVALID", () => openPayload(fileKey, sealed))
  if (toBase64Url(sha256(thumbnail)) !== sealing.thumbnailHash)
    throw invalid("CAPTURE_THUMBNAIL_INVALID", "its thumbnail is not the signed one")
  return thumbnail
}

async function openMedia(
  fileKey: Uint8Array,
  sealed: Uint8Array,
  chunks: Uint8Array,
  sealing: CaptureSealing,
  record: CaptureRecord,
): Promise<Uint8Array> {
  const nonce = sealed.subarray(0, payloadNonceBytes)
  if (toBase64Url(chunkListHash(nonce, chunks)) !== sealing.chunksHash)
    throw invalid("CAPTURE_MEDIA_INVALID", "its chunk list is not the signed one")
  const media = await refusingAsync("CAPTURE_MEDIA_INVALID", async () => {
    checkChunks(sealed, chunks)
    return await openPayload(fileKey, sealed)
  })
  if (media.length !== record.mediaBytes || toBase64Url(sha256(media)) !== record.mediaHash)
    throw invalid("CAPTURE_MEDIA_INVALID", "its media is not the signed one")
  return media
}

function mediaAccessOf(fileKey: Uint8Array, record: CaptureRecord, sealing: CaptureSealing): MediaAccess {
  const { captureId, mediaType, mediaBytes } = record
  return { captureId, mediaType, mediaBytes, fileKey, mediaNonce: sealing.mediaNonce, chunksHash: sealing.chunksHash }
}

function foreign(part: string, of: string): CaptureError {
  return new CaptureError("CAPTURE_FOREIGN", `Cannot open capture: its ${part} is of another ${of}`)
}

function invalidRecord(what: string): CaptureError {
  return invalid("CAPTURE_RECORD_INVALID", what)
}

function invalid(code: SealedCaptureErrorCode, what: string): CaptureError {
  return new CaptureError(code, `Cannot open capture: ${what}`)
}
