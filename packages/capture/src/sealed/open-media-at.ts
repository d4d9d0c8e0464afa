import {
  fromBase64Url,
  openPayloadAt,
  sealedPayloadBytes,
  toBase64Url,
  type OpenedFile,
  type RandomAccessSource,
} from "@darkslide/crypto"
import { refusingAsync } from "./device.ts"
import { CaptureError } from "../errors.ts"

/** What opens one capture's media, as record and sealing signed it. Whoever has it can read the media: a secret. */
export interface MediaAccess {
  readonly captureId: string
  readonly mediaType: string
  readonly mediaBytes: number
  /** 16 bytes. */
  readonly fileKey: Uint8Array
  /** 16 bytes in base64url: the first of the sealed media. */
  readonly mediaNonce: string
  /** 32 bytes in base64url. */
  readonly chunksHash: string
}

/**
 * Opens sealed media for reading anywhere in it, such as by a player that seeks. The chunk list is checked against what
 * was signed, the last chunk is verified first, and each chunk is checked against the list before it is decrypted; only
 * the chunks that are read are fetched. The hash of the whole is not checked: the list says the same, chunk by chunk.
 * @param source - The sealed media. Its `size` need not be trusted.
 * @param chunks - The list that lies beside it.
 * @throws CaptureError `CAPTURE_MEDIA_INVALID`, also from the reads; what `source.read` throws, untouched.
 */
export async function openMediaAt(
  source: RandomAccessSource,
  access: MediaAccess,
  chunks: Uint8Array,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<OpenedFile> {
  const { fileKey, mediaNonce, mediaBytes } = access
  if (source.size !== sealedPayloadBytes(mediaBytes)) throw invalid("its size is not the signed one")
  const listed = { list: chunks, hash: fromBase64Url(access.chunksHash, 32) }
  const file = await refused(async () => {
    return await openPayloadAt(withNonce(source, mediaNonce), { fileKey, chunks: listed, signal: options.signal })
  })
  return {
    size: file.size,
    read: (...place) => refused(() => file.read(...place)),
    stream: (range) => refusedStream(file.stream(range)),
  }
}

/** The nonce is signed: it is compared when the source gives it, for every key comes from it. */
function withNonce(source: RandomAccessSource, mediaNonce: string): RandomAccessSource {
  return {
    size: source.size,
    async read(offset, length, options) {
      const bytes = await source.read(offset, length, options)
      if (offset === 0 && toBase64Url(bytes.subarray(0, 16)) !== mediaNonce)
        throw invalid("its nonce is not the signed one")
      return bytes
    },
  }
}

async function refused<Result>(work: () => Promise<Result>): Promise<Result> {
  return await refusingAsync("CAPTURE_MEDIA_INVALID", work)
}

/** The same bytes; an error by crypto becomes one of the media. */
function refusedStream(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await refused(() => reader.read())
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

function invalid(what: string): CaptureError {
  return new CaptureError("CAPTURE_MEDIA_INVALID", `Cannot open capture: ${what}`)
}
