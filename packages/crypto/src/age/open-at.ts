import type { Aead, AeadKey } from "../aead/aead.ts"
import { chooseAead } from "../aead/choose.ts"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { CryptoError } from "../errors.ts"
import { chunkHash, chunkListHash } from "./chunk-list.ts"
import { payloadKey, payloadNonceBytes } from "./file-key.ts"
import { headerLength, openHeader, type HeaderLimits } from "./header.ts"
import type { OpenOptions } from "./open.ts"
import { authenticationFailed, chunkBytes, openChunk, openedPayloadBytes, sealedChunkBytes } from "./payload.ts"
import { blobSource, bytesSource, type RandomAccessSource } from "./random-access-source.ts"

/** A sealed file that is opened where it is read. Its size is authenticated. */
export interface OpenedFile {
  /** Bytes of plaintext. */
  readonly size: number
  /**
   * Reads the plaintext from `offset`, `length` bytes or as many as there are. Only the chunks that hold them are fetched
   * and verified; the last one is kept, so that reading on from there fetches nothing twice.
   * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` when one of them was changed; RangeError on a negative place.
   */
  read(offset: number, length: number, options?: { signal?: AbortSignal | undefined }): Promise<Uint8Array<ArrayBuffer>>
  /** The plaintext from `start` (default 0) up to, not including, `end` (default `size`), a chunk at a time. */
  stream(range?: { start?: number | undefined; end?: number | undefined }): ReadableStream<Uint8Array<ArrayBuffer>>
}

/** A list that `chunkList` made, and the hash of it that somebody signed. */
export interface ListedChunks {
  readonly list: Uint8Array
  /** See `chunkListHash`. */
  readonly hash: Uint8Array
}

export interface OpenAtOptions extends Omit<OpenOptions, "signal"> {
  /** Checks every chunk against its list before it is decrypted. */
  readonly chunks?: ListedChunks | undefined
  /** Ends the opening; each read takes a signal of its own. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens an age file for reading anywhere in it. The last chunk is verified first: it alone says how long the file is, so
 * a file that was cut is refused before anything of it is given.
 *
 * @example
 * ```ts
 * const me = generateKeyPair()
 * const sealed = await seal(new Uint8Array(1_000_000).fill(7), { to: [me.recipient] })
 * const file = await openAt(new Blob([sealed]), { with: [me] })
 * assert.equal(file.size, 1_000_000)
 * assert.deepEqual(await file.read(900_000, 2), new Uint8Array([7, 7]))
 * ```
 *
 * @throws CryptoError as `open`.
 */
export async function openAt(
  source: RandomAccessSource | Blob | Uint8Array,
  options: OpenAtOptions,
): Promise<OpenedFile> {
  const file = await withEndsRead(toSource(source), options.signal)
  const header = await readHeader(file, options)
  const fileKey = await openHeader(header, options)
  return await openPayloadAt(partOf(file, header.length), { ...options, fileKey })
}

/** Bytes that hold the header of a few recipients, and the payload's nonce. */
const headBytes = 1024

/**
 * Reads both ends at once, where header, nonce and last chunk lie: each read may be a way to another process or another
 * continent.
 */
async function withEndsRead(source: RandomAccessSource, signal: AbortSignal | undefined): Promise<RandomAccessSource> {
  const tailAt = Math.max(0, source.size - sealedChunkBytes)
  const parts = await Promise.all(
    [
      { at: 0, length: Math.min(headBytes, source.size) },
      { at: tailAt, length: source.size - tailAt },
    ].map(async ({ at, length }) => ({ at, bytes: await readExactly(source, at, length, signal) })),
  )
  return {
    size: source.size,
    async read(offset, length, options) {
      const part = parts.find(({ at, bytes }) => offset >= at && offset + length <= at + bytes.length)
      return part?.bytes.subarray(offset - part.at, offset - part.at + length) ?? source.read(offset, length, options)
    },
  }
}

/** As {@link openAt}, for a payload whose header lies elsewhere: the source begins with the payload's nonce. */
export async function openPayloadAt(
  source: RandomAccessSource | Blob | Uint8Array,
  options: {
    fileKey: Uint8Array
    chunks?: ListedChunks | undefined
    aead?: Aead | undefined
    signal?: AbortSignal | undefined
  },
): Promise<OpenedFile> {
  const payload = toSource(source)
  if (payload.size < payloadNonceBytes) throw new CryptoError("CRYPTO_MALFORMED", "Cannot open payload: no nonce")
  const size = openedPayloadBytes(payload.size)
  const nonce = await readExactly(payload, 0, payloadNonceBytes, options.signal)
  if (options.chunks) checkList(options.chunks, nonce)
  const key = (options.aead ?? (await chooseAead())).withKey(payloadKey(options.fileKey, nonce))
  const chunks = new ChunkCache(payload, key, size, options.chunks?.list)
  await chunks.get(chunks.count - 1, options.signal)
  return {
    size,
    read: (offset, length, { signal } = {}) => readRange(chunks, size, offset, length, signal),
    stream: ({ start = 0, end = size } = {}) => streamRange(chunks, size, start, end),
  }
}

function toSource(source: RandomAccessSource | Blob | Uint8Array): RandomAccessSource {
  if (source instanceof Uint8Array) return bytesSource(source)
  return source instanceof Blob ? blobSource(source) : source
}

function partOf(source: RandomAccessSource, start: number): RandomAccessSource {
  return {
    size: source.size - start,
    read: (offset, length, options) => source.read(start + offset, length, options),
  }
}

/** Headers are short. Longer ones are read in steps that double. */
async function readHeader(
  source: RandomAccessSource,
  options: { limits?: HeaderLimits | undefined; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  for (let step = headBytes; ; step *= 2) {
    const bytes = await readExactly(source, 0, Math.min(step, source.size), options.signal)
    const length = headerLength(bytes, options.limits)
    if (length !== undefined) return bytes.subarray(0, length)
    if (bytes.length === source.size) throw new CryptoError("CRYPTO_MALFORMED", "Cannot read header: no end")
  }
}

async function readExactly(
  source: RandomAccessSource,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  signal?.throwIfAborted()
  const bytes = await source.read(offset, length, { signal })
  signal?.throwIfAborted()
  if (bytes.length !== length) throw authenticationFailed("the source is shorter than its size")
  return bytes
}

function checkList(chunks: ListedChunks, nonce: Uint8Array): void {
  if (!equalConstantTime(chunkListHash(nonce, chunks.list), chunks.hash))
    throw authenticationFailed("its chunk list is not the one that was signed")
}

/** Verified chunks, of which the one that was read last is kept. */
class ChunkCache {
  readonly count: number
  readonly #source: RandomAccessSource
  readonly #key: AeadKey
  readonly #list: Uint8Array | undefined
  #kept: { readonly index: number; readonly chunk: Uint8Array } | undefined

  constructor(source: RandomAccessSource, key: AeadKey, size: number, list: Uint8Array | undefined) {
    this.#source = source
    this.#key = key
    this.#list = list
    this.count = Math.max(1, Math.ceil(size / chunkBytes))
    if (list && list.length !== this.count * 32) throw authenticationFailed("its chunk list has another length")
  }

  async get(index: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (this.#kept?.index === index) return this.#kept.chunk
    const [chunk] = await this.getMany(index, index, signal)
    return chunk as Uint8Array
  }

  /** The chunks from `first` to `last`, both included, by one read. */
  async getMany(first: number, last: number, signal: AbortSignal | undefined): Promise<readonly Uint8Array[]> {
    const start = payloadNonceBytes + first * sealedChunkBytes
    const end = Math.min(payloadNonceBytes + (last + 1) * sealedChunkBytes, this.#source.size)
    const sealed = await readExactly(this.#source, start, end - start, signal)
    const chunks = await Promise.all(
      Array.from({ length: last - first + 1 }, (_, i) =>
        this.#open(first + i, sealed.subarray(i * sealedChunkBytes, (i + 1) * sealedChunkBytes)),
      ),
    )
    this.#kept = { index: last, chunk: chunks.at(-1) as Uint8Array }
    return chunks
  }

  async #open(index: number, sealed: Uint8Array): Promise<Uint8Array> {
    const listed = this.#list?.subarray(index * 32, (index + 1) * 32)
    if (listed && !equalConstantTime(chunkHash(sealed), listed))
      throw authenticationFailed(`chunk ${index} is not the listed one`)
    const chunk = await openChunk(this.#key, index, index === this.count - 1, sealed)
    if (!chunk) throw authenticationFailed(`chunk ${index} is changed or out of place`)
    return chunk
  }
}

async function readRange(
  chunks: ChunkCache,
  size: number,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(offset >= 0 && length >= 0)) throw new RangeError("offset and length must not be negative")
  const end = Math.min(offset + length, size)
  if (offset >= end) return new Uint8Array()
  const [first, last] = [Math.floor(offset / chunkBytes), Math.floor((end - 1) / chunkBytes)]
  const parts = first === last ? [await chunks.get(first, signal)] : await chunks.getMany(first, last, signal)
  const bytes = new Uint8Array(end - offset)
  for (const [i, chunk] of parts.entries()) {
    const chunkStart = (first + i) * chunkBytes
    const from = Math.max(0, offset - chunkStart)
    const part = chunk.subarray(from, Math.min(chunk.length, end - chunkStart))
    bytes.set(part, chunkStart + from - offset)
  }
  return bytes
}

function streamRange(
  chunks: ChunkCache,
  size: number,
  start: number,
  end: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const leaving = new AbortController()
  const stop = Math.min(end, size)
  let offset = start
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (offset >= stop) return controller.close()
        const next = Math.min(stop, (Math.floor(offset / chunkBytes) + 4) * chunkBytes)
        controller.enqueue(await readRange(chunks, size, offset, next - offset, leaving.signal))
        offset = next
      },
      cancel: (reason) => leaving.abort(reason),
    },
    { highWaterMark: 0 },
  )
}
