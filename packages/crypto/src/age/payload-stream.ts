import { tagBytes, type Aead, type AeadKey } from "../aead/aead.ts"
import { chooseAead } from "../aead/choose.ts"
import { BlockReader } from "../bytes/block-reader.ts"
import { Chunker } from "../bytes/chunker.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { PiecePool } from "./piece-pool.ts"
import { payloadKey, payloadNonceBytes } from "./file-key.ts"
import { authenticationFailed, chunkBytes, chunkNonce, sealedChunkBytes } from "./payload.ts"

// [Note: Batches]
// A stream is worked in batches of a few chunks. Each becomes one piece of output, so that streams and iterators turn
// less often. A chunk goes to the backend as soon as it is whole: one that computes elsewhere (WebCrypto) works on two
// batches while the next pieces are read; one that computes at once never waits.

/** 256 KiB of plaintext: larger batches cost more in fresh memory than they save in turns. */
const chunksInBatch = 4

/** Chunks that lie in a batch at work, in the one before, or in the one that is filled; and the one held back. */
const chunksInUse = 3 * chunksInBatch + 1

type Piece = Uint8Array<ArrayBuffer>

interface StreamOptions {
  readonly aead?: Aead | undefined
  readonly reuseBuffers?: boolean | undefined
}

/**
 * Seals a payload as it comes: yields the nonce, then pieces of at most 256 KiB and their tags. A piece of the source
 * must stay as it is until the one after the next is asked for.
 */
export async function* sealChunks(
  fileKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  { aead, reuseBuffers = false }: StreamOptions,
): AsyncGenerator<Piece, void> {
  const nonce = randomBytes(payloadNonceBytes)
  const key = (aead ?? (await chooseAead())).withKey(payloadKey(fileKey, nonce))
  const pool = new PiecePool(chunksInBatch * sealedChunkBytes, reuseBuffers)
  const chunker = new Chunker(chunkBytes, chunksInUse)
  const started: Promise<Piece>[] = []
  let batch = new SealingBatch(key, pool.take(), 0)
  yield nonce
  for await (const piece of source) {
    for (const chunk of chunker.push(piece)) {
      batch.add(chunk, false)
      if (!batch.full) continue
      const sealed = batch.finish()
      batch = new SealingBatch(key, pool.take(), batch.nextIndex)
      if (sealed instanceof Uint8Array) yield sealed
      else if (started.push(sealed) > 1) yield (await started.shift()) as Piece
    }
  }
  batch.add(chunker.end(), true)
  for (const sealed of started) yield await sealed
  yield await batch.finish()
}

class SealingBatch {
  readonly #key: AeadKey
  readonly #piece: Piece
  readonly #pending: Promise<void>[] = []
  #length = 0
  #chunks = 0
  nextIndex: number

  constructor(key: AeadKey, piece: Piece, firstIndex: number) {
    this.#key = key
    this.#piece = piece
    this.nextIndex = firstIndex
  }

  get full(): boolean {
    return this.#chunks === chunksInBatch
  }

  add(chunk: Uint8Array, last: boolean): void {
    const target = this.#piece.subarray(this.#length, this.#length + chunk.length + tagBytes)
    const sealing = this.#key.seal(chunkNonce(this.nextIndex, last), chunk, target)
    if (sealing) this.#pending.push(sealing)
    this.#length += target.length
    this.#chunks++
    this.nextIndex++
  }

  finish(): Piece | Promise<Piece> {
    const written = () => exactly(this.#piece, this.#length)
    return this.#pending.length === 0 ? written() : Promise.all(this.#pending).then(written)
  }
}

/**
 * Opens a payload as it comes: yields each batch once it is verified. What was yielded is provisional until the
 * iteration ends without an error: a cut payload fails only at its end.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`, after every chunk before the bad one was yielded.
 */
export async function* openChunks(
  fileKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  { aead, reuseBuffers = false }: StreamOptions,
): AsyncGenerator<Piece, void> {
  const input = new BlockReader(source)
  try {
    const nonce = await input.read(payloadNonceBytes)
    if (nonce.length < payloadNonceBytes) throw new CryptoError("CRYPTO_MALFORMED", "Cannot open payload: no nonce")
    const key = (aead ?? (await chooseAead())).withKey(payloadKey(fileKey, nonce))
    const pool = new PiecePool(chunksInBatch * chunkBytes, reuseBuffers)
    const chunker = new Chunker(sealedChunkBytes, chunksInUse)
    const started: Promise<OpenedBatch>[] = []
    let batch = new OpeningBatch(key, pool.take(), 0)
    for await (const piece of input.rest()) {
      for (const chunk of chunker.push(piece)) {
        batch.add(chunk, false)
        if (!batch.full) continue
        const opened = batch.finish()
        batch = new OpeningBatch(key, pool.take(), batch.nextIndex)
        if (!(opened instanceof Promise)) yield* release(opened)
        else if (started.push(opened) > 1) yield* release((await started.shift()) as OpenedBatch)
      }
    }
    batch.add(chunker.end(), true)
    for (const opened of started) yield* release(await opened)
    yield* release(await batch.finish())
  } finally {
    await input.close()
  }
}

/** The first `length` bytes: in an array of their own, unless they fill theirs, so that nothing unwritten is given away. */
function exactly(piece: Piece, length: number): Piece {
  return length === piece.length ? piece : piece.slice(0, length)
}

interface OpenedBatch {
  readonly piece: Piece
  readonly error?: CryptoError | undefined
}

function* release(batch: OpenedBatch): Generator<Piece, void> {
  if (batch.piece.length > 0) yield batch.piece
  if (batch.error) throw batch.error
}

/** Where a chunk turned out to stand: a full one may be the last, a shorter one must be. */
type Verdict = "middle" | "last" | "refused"

class OpeningBatch {
  readonly #key: AeadKey
  readonly #piece: Piece
  readonly #chunks: {
    readonly length: number
    readonly ended: boolean
    readonly verdict: Verdict | Promise<Verdict>
  }[] = []
  readonly #firstIndex: number
  #length = 0

  constructor(key: AeadKey, piece: Piece, firstIndex: number) {
    this.#key = key
    this.#piece = piece
    this.#firstIndex = firstIndex
  }

  get full(): boolean {
    return this.#chunks.length === chunksInBatch
  }

  get nextIndex(): number {
    return this.#firstIndex + this.#chunks.length
  }

  /** @param ended - Nothing follows in the source. */
  add(sealed: Uint8Array, ended: boolean): void {
    const length = Math.max(0, sealed.length - tagBytes)
    const target = this.#piece.subarray(this.#length, this.#length + length)
    const places: readonly Verdict[] = ended ? ["last", "middle"] : ["middle", "last"]
    const possible = sealed.length < tagBytes ? [] : sealed.length < sealedChunkBytes ? ["last" as const] : places
    this.#chunks.push({ length, ended, verdict: this.#open(this.nextIndex, sealed, target, possible) })
    this.#length += length
  }

  /** Never rejects: what was verified before a bad chunk is released before its error. */
  finish(): OpenedBatch | Promise<OpenedBatch> {
    const settled = this.#chunks.flatMap(({ verdict }) => (verdict instanceof Promise ? [] : [verdict]))
    if (settled.length === this.#chunks.length) return this.#judge(settled)
    return Promise.all(this.#chunks.map(async ({ verdict }) => await verdict)).then((all) => this.#judge(all))
  }

  #judge(verdicts: readonly Verdict[]): OpenedBatch {
    let length = 0
    for (const [i, chunk] of this.#chunks.entries()) {
      const verdict = verdicts[i]
      const index = this.#firstIndex + i
      const empty = chunk.length === 0 && index > 0
      if (verdict === "refused") return this.#refuse(length, `chunk ${index} is changed or out of place`)
      if (verdict === "last" && empty) return this.#refuse(length, "an empty last chunk")
      length += chunk.length
      if (verdict === "last" && !chunk.ended) return this.#refuse(length, "bytes after the last chunk")
      if (verdict === "middle" && chunk.ended) return this.#refuse(length, "the last chunk is missing")
    }
    return { piece: exactly(this.#piece, length) }
  }

  #refuse(length: number, what: string): OpenedBatch {
    return { piece: exactly(this.#piece, length), error: authenticationFailed(what) }
  }

  /** Tries the places in which the chunk may stand, the likelier first. */
  #open(
    index: number,
    sealed: Uint8Array,
    target: Uint8Array,
    [place, ...others]: readonly Verdict[],
  ): Verdict | Promise<Verdict> {
    if (place === undefined) return "refused"
    const opened = this.#key.open(chunkNonce(index, place === "last"), sealed, target)
    if (typeof opened === "boolean") return opened ? place : this.#open(index, sealed, target, others)
    return opened.then((verified) => (verified ? place : this.#open(index, sealed, target, others)))
  }
}
