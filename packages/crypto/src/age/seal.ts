import { concatBytes } from "@noble/hashes/utils.js"
import { streamPair, type StreamPair } from "../bytes/stream-pair.ts"
import { generateFileKey } from "./file-key.ts"
import { sealHeader } from "./header.ts"
import { sealChunks, sealPayload } from "./payload.ts"
import type { Recipient } from "./recipient.ts"

export interface SealOptions {
  /** Anyone of these can open the file. */
  readonly to: readonly Recipient[]
  readonly signal?: AbortSignal | undefined
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
export async function seal(plaintext: Uint8Array | Blob, options: SealOptions): Promise<Uint8Array> {
  options.signal?.throwIfAborted()
  const bytes = plaintext instanceof Uint8Array ? plaintext : new Uint8Array(await plaintext.arrayBuffer())
  const fileKey = generateFileKey()
  const header = await sealHeader(fileKey, options)
  options.signal?.throwIfAborted()
  return concatBytes(header, sealPayload(fileKey, bytes))
}

/**
 * Seals a stream: plaintext in, an age file out. 64 KiB are held; the writable end waits while nobody reads.
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
  return streamPair(async function* (source) {
    options.signal?.throwIfAborted()
    const fileKey = generateFileKey()
    yield await sealHeader(fileKey, options)
    for await (const chunk of sealChunks(fileKey, source)) {
      options.signal?.throwIfAborted()
      yield chunk
    }
  })
}
