import { concatBytes } from "@noble/hashes/utils.js"
import type { Aead } from "../aead/aead.ts"
import { BlockReader } from "../bytes/block-reader.ts"
import { piecesOf, type ByteSource } from "../bytes/byte-source.ts"
import { streamPair, type StreamPair } from "../bytes/stream-pair.ts"
import { CryptoError } from "../errors.ts"
import { headerLength, openHeader, type HeaderLimits } from "./header.ts"
import { openPayload } from "./payload.ts"
import { openChunks } from "./payload-stream.ts"
import type { Identity } from "./recipient.ts"

export interface OpenOptions {
  /** Tried in this order; the first that matches opens the file. */
  readonly with: readonly Identity[]
  readonly limits?: HeaderLimits | undefined
  /** The backend that computes; default the fastest one here. */
  readonly aead?: Aead | undefined
  readonly signal?: AbortSignal | undefined
}

export interface OpenIterableOptions extends OpenOptions {
  /**
   * Yields the same few arrays in turn: each stays as it is only until the one after the next is asked for. Without it
   * every piece is fresh, and the caller's to keep. Default false.
   */
  readonly reuseBuffers?: boolean | undefined
}

/**
 * Opens an age file that was read whole. Nothing is returned unless every byte of it is verified.
 * @returns a fresh array.
 * @throws CryptoError `CRYPTO_MALFORMED`, `CRYPTO_LIMIT_EXCEEDED`, `CRYPTO_NO_IDENTITY_MATCHED`,
 * `CRYPTO_AUTHENTICATION_FAILED`
 */
export async function open(sealed: Uint8Array | Blob, options: OpenOptions): Promise<Uint8Array<ArrayBuffer>> {
  options.signal?.throwIfAborted()
  const bytes = sealed instanceof Uint8Array ? sealed : new Uint8Array(await sealed.arrayBuffer())
  const { header, payload } = splitFile(bytes, options.limits)
  const fileKey = await openHeader(header, options)
  options.signal?.throwIfAborted()
  return await openPayload(fileKey, payload, options)
}

/**
 * The two parts of an age file, as views into it.
 * @throws CryptoError `CRYPTO_MALFORMED`, `CRYPTO_LIMIT_EXCEEDED`
 */
export function splitFile(bytes: Uint8Array, limits?: HeaderLimits): { header: Uint8Array; payload: Uint8Array } {
  const length = headerLength(bytes, limits)
  if (length === undefined) throw new CryptoError("CRYPTO_MALFORMED", "Cannot read header: no end")
  return { header: bytes.subarray(0, length), payload: bytes.subarray(length) }
}

/**
 * Opens a stream: an age file in, plaintext out. **What comes out is provisional until the stream closes**: each chunk
 * is verified before it is given, but that the file was not cut shows only at its end.
 * @throws on the readable end, after every verified chunk was read: as {@link open}.
 */
export function openStream(options: OpenOptions): StreamPair {
  return streamPair((source) => openIterable(source, options))
}

/**
 * Opens what an iterable gives. As with {@link openStream}, what is yielded is provisional until the iteration ends
 * without an error, which comes after every verified chunk.
 */
export async function* openIterable(
  source: ByteSource,
  options: OpenIterableOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  options.signal?.throwIfAborted()
  const input = new BlockReader(piecesOf(source))
  try {
    const fileKey = await openHeader(await readHeader(input, options.limits), options)
    for await (const piece of openChunks(fileKey, input.rest(), options)) {
      options.signal?.throwIfAborted()
      yield piece
    }
  } finally {
    await input.close()
  }
}

export async function readHeader(input: BlockReader, limits: HeaderLimits | undefined): Promise<Uint8Array> {
  let read: Uint8Array = new Uint8Array(1024)
  let size = 0
  for (;;) {
    const piece = await input.readPiece()
    if (!piece) throw new CryptoError("CRYPTO_MALFORMED", "Cannot read header: no end")
    if (size + piece.length > read.length) read = concatBytes(read, new Uint8Array(size + piece.length))
    read.set(piece, size)
    size += piece.length
    if (!piece.includes(0x0a) && size < 4096) continue
    const length = headerLength(read.subarray(0, size), limits)
    if (length === undefined) continue
    input.unread(read.slice(length, size))
    return read.slice(0, length)
  }
}
