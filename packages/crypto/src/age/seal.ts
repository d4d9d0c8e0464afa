import type { Aead } from "../aead/aead.ts"
import { piecesOf, type ByteSource } from "../bytes/byte-source.ts"
import { streamPair, type StreamPair } from "../bytes/stream-pair.ts"
import { generateFileKey } from "./file-key.ts"
import { sealHeader } from "./header.ts"
import { preparePayload, sealedPayloadBytes } from "./payload.ts"
import { sealChunks } from "./payload-stream.ts"
import type { Recipient } from "./recipient.ts"

export interface SealOptions {
  /** Anyone of these can open the file. */
  readonly to: readonly Recipient[]
  /** The backend that computes; default the fastest one here. */
  readonly aead?: Aead | undefined
  readonly signal?: AbortSignal | undefined
}

export interface SealIterableOptions extends SealOptions {
  /**
   * Yields the same few arrays in turn: each stays as it is only until the one after the next is asked for. Without it
   * every piece is fresh, and the caller's to keep. Default false.
   */
  readonly reuseBuffers?: boolean | undefined
}

/**
 * Seals bytes so that any one of `to` can open them (age v1, age-encryption.org/v1).
 * @param plaintext - Read, never changed. A Blob is read whole; use {@link sealStream} for one that is large.
 * @throws RangeError when `to` is empty; the signal's reason when it aborts.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const sealed = await seal(new Uint8Array([1, 2, 3]), { to: [me.recipient] })
 * assert.deepEqual(await open(sealed, { with: [me] }), new Uint8Array([1, 2, 3]))
 * ```
 */
export async function seal(plaintext: Uint8Array | Blob, options: SealOptions): Promise<Uint8Array<ArrayBuffer>> {
  options.signal?.throwIfAborted()
  const bytes = plaintext instanceof Uint8Array ? plaintext : new Uint8Array(await plaintext.arrayBuffer())
  const fileKey = generateFileKey()
  const [header, payload] = await Promise.all([
    sealHeader(fileKey, options),
    preparePayload(fileKey, bytes, options.aead),
  ])
  options.signal?.throwIfAborted()
  const file = new Uint8Array(header.length + sealedPayloadBytes(bytes.length))
  file.set(header)
  await payload.sealInto(file.subarray(header.length))
  return file
}

/**
 * Seals a stream: plaintext in, an age file out, in pieces of up to 512 KiB. About 1 MiB is held; the writable end waits
 * while nobody reads.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const sealed = new Blob(["hello"]).stream().pipeThrough(sealStream({ to: [me.recipient] }))
 * const opened = sealed.pipeThrough(openStream({ with: [me] }))
 * assert.equal(await new Response(opened).text(), "hello")
 * ```
 */
export function sealStream(options: SealOptions): StreamPair {
  return streamPair((source) => sealIterable(source, options))
}

/**
 * Seals what an iterable gives: the form with the least overhead on Node, where streams are iterables too, and with the
 * least memory everywhere: a Blob of any size, sealed with `reuseBuffers`, takes a few MiB. A piece of the source must
 * stay as it is until the one after the next is asked for.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const pieces = []
 * for await (const piece of sealIterable([new Uint8Array(3)], { to: [me.recipient] })) pieces.push(piece)
 * const opened = await open(new Blob(pieces), { with: [me] })
 * assert.equal(opened.length, 3)
 * ```
 */
export async function* sealIterable(
  source: ByteSource,
  options: SealIterableOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  options.signal?.throwIfAborted()
  const fileKey = generateFileKey()
  yield new Uint8Array(await sealHeader(fileKey, options))
  for await (const piece of sealChunks(fileKey, piecesOf(source), options)) {
    options.signal?.throwIfAborted()
    yield piece
  }
}
