import {
  chunkList,
  chunkListHash,
  documentHash,
  generateFileKey,
  keyCommitment,
  padDocument,
  payloadNonceBytes,
  randomBytes,
  seal,
  sealHeader,
  sealPayload,
  sha256,
  signDocument,
  toBase64Url,
  type Recipient,
} from "@darkslide/crypto"
import {
  documentBlockBytes,
  isConsistent,
  thumbnailBlockBytes,
  type CapturePrivate,
  type CaptureRecord,
  type CaptureSealing,
  type DeviceHead,
} from "./capture-format.ts"
import type { CaptureDevice, SequencePosition } from "./device.ts"
import { domains } from "./domains.ts"

/** What is to be sealed. */
export interface CaptureInput {
  /** The file itself: `age -d` will give exactly these bytes. */
  readonly media: Uint8Array
  /** `image/…` for a photo, `video/…` for a clip, without parameters. */
  readonly mediaType: string
  readonly kind: CaptureRecord["kind"]
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** A small JPEG: see `makeThumbnail`. */
  readonly thumbnail: Uint8Array
  /** Anything else worth keeping, for the owner alone; plain JSON. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** Where this is one segment of a recording: which recording, its place from 0, whether it is the last. */
  readonly clip?: CaptureRecord["clip"]
}

export interface SealCaptureOptions {
  /** Who may open it. */
  readonly to: readonly Recipient[]
  /** Who alone reads the private part: the account's own recipient. */
  readonly owner: Recipient
  readonly device: CaptureDevice
  readonly position: SequencePosition
  readonly signal?: AbortSignal | undefined
}

/** Everything a server stores of a capture; all of it sealed but the head. */
export interface SealedCapture {
  /** 16 random bytes in base64url. */
  readonly captureId: string
  readonly header: Uint8Array
  readonly record: Uint8Array
  readonly sealing: Uint8Array
  readonly private: Uint8Array
  readonly thumbnail: Uint8Array
  readonly media: Uint8Array
  /** 32 bytes for each sealed chunk of `media`. */
  readonly chunks: Uint8Array
  /** The device's signed head after this capture. */
  readonly head: Uint8Array
  /** base64url; the `prevHash` of the device's next capture. */
  readonly recordHash: string
}

/**
 * Seals a capture, signs what it is and how it is sealed. The file key is used for this one sealing; work that was cut
 * short starts again under a new one.
 * See [Note: What a sealed capture is made of].
 * @throws TypeError when kind, media type and clip do not belong together; the signal's reason when it aborts.
 */
export async function sealCapture(input: CaptureInput, options: SealCaptureOptions): Promise<SealedCapture> {
  const { device, position, signal } = options
  if (!isConsistent(input)) throw new TypeError("a photo is an image/… without clip, a clip is a video/…")
  signal?.throwIfAborted()
  const captureId = toBase64Url(randomBytes(16))
  const privateBytes = encodePrivate({
    v: 1,
    salt: toBase64Url(randomBytes(32)),
    seq: position.seq,
    prevHash: position.prevHash,
    details: input.details ?? {},
  })
  const record = await signDocument(domains.record, recordOf(input, captureId, device, privateBytes), device.signer)
  const recordHash = toBase64Url(documentHash(record))

  const fileKey = generateFileKey()
  const header = await sealHeader(fileKey, { to: options.to })
  signal?.throwIfAborted()
  const media = await sealPayload(fileKey, input.media)
  signal?.throwIfAborted()
  const chunks = chunkList(media)
  const mediaNonce = media.subarray(0, payloadNonceBytes)
  const thumbnail = padDocument(input.thumbnail, thumbnailBlockBytes)
  const sealingValue: CaptureSealing = {
    v: 1,
    captureId,
    deviceId: device.deviceId,
    recordHash,
    version: 1,
    mediaNonce: toBase64Url(mediaNonce),
    keyCommitment: toBase64Url(keyCommitment(fileKey, mediaNonce)),
    chunksHash: toBase64Url(chunkListHash(mediaNonce, chunks)),
    thumbnailHash: toBase64Url(sha256(thumbnail)),
  }
  const sealing = await signDocument(domains.sealing, sealingValue, device.signer)
  const head: DeviceHead = {
    v: 1,
    accountId: device.accountId,
    deviceId: device.deviceId,
    seq: position.seq,
    recordHash,
    skipped: [...position.skipped],
  }
  return {
    captureId,
    header,
    record: await sealPayload(fileKey, padDocument(record, documentBlockBytes)),
    sealing: await sealPayload(fileKey, padDocument(sealing, documentBlockBytes)),
    private: await seal(privateBytes, { to: [options.owner], signal }),
    thumbnail: await sealPayload(fileKey, thumbnail),
    media,
    chunks,
    head: await signDocument(domains.head, head, device.signer),
    recordHash,
  }
}

function recordOf(
  input: CaptureInput,
  captureId: string,
  device: CaptureDevice,
  privateBytes: Uint8Array,
): CaptureRecord {
  return {
    v: 1,
    captureId,
    accountId: device.accountId,
    deviceId: device.deviceId,
    createdAt: input.createdAt,
    kind: input.kind,
    mediaType: input.mediaType,
    mediaBytes: input.media.length,
    mediaHash: toBase64Url(sha256(input.media)),
    privateHash: toBase64Url(sha256(privateBytes)),
    ...(input.clip && { clip: input.clip }),
  }
}

/** JSON, then spaces up to a whole block. */
function encodePrivate(value: CapturePrivate): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(value))
  const padded = new Uint8Array(Math.ceil(json.length / documentBlockBytes) * documentBlockBytes).fill(0x20)
  padded.set(json)
  return padded
}
