import { tagBytes, type Aead, type AeadKey } from "../aead/aead.ts"
import { chooseAead } from "../aead/choose.ts"
import { BlockReader } from "../bytes/block-reader.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { payloadKey, payloadNonceBytes } from "./file-key.ts"
import { authenticationFailed, chunkBytes, chunkNonce, sealedChunkBytes } from "./payload.ts"

// [Note: Batches]
// A stream is worked in batches of a few chunks: each becomes one piece of output, so that streams and iterators turn
// less often; and while a batch is computed elsewhere (WebCrypto), the next one is read.

/** 512 KiB of plaintext. */
const chunksInBatch = 8

/**
 * Seals a payload as it comes: yields the nonce, then pieces of at most 512 KiB and their tags. The input is read once
 * and never changed; two batches are held.
 */
export async function* sealChunks(
  fileKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  aead?: Aead,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const nonce = randomBytes(payloadNonceBytes)
  const key = (aead ?? (await chooseAead())).withKey(payloadKey(fileKey, nonce))
  const input = new BlockReader(source)
  try {
    yield nonce
    let sealing: Promise<Uint8Array<ArrayBuffer>> | undefined
    for (let index = 0, ended = false; !ended;) {
      const blocks = await readBatch(input, chunkBytes)
      ended = await input.atEnd()
      const started = sealBatch(key, index, blocks, ended)
      index += blocks.length
      if (sealing) yield await sealing
      sealing = started
    }
    if (sealing) yield await sealing
  } finally {
    await input.close()
  }
}

async function sealBatch(
  key: AeadKey,
  first: number,
  blocks: readonly Uint8Array[],
  ended: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = blocks.reduce((sum, block) => sum + block.length + tagBytes, 0)
  const piece = new Uint8Array(bytes)
  const pending: Promise<void>[] = []
  let offset = 0
  for (const [i, block] of blocks.entries()) {
    const target = piece.subarray(offset, (offset += block.length + tagBytes))
    const result = key.seal(chunkNonce(first + i, ended && i === blocks.length - 1), block, target)
    if (result) pending.push(result)
  }
  if (pending.length > 0) await Promise.all(pending)
  return piece
}

/**
 * Opens a payload as it comes: yields each batch once it is verified. What was yielded is provisional until the
 * iteration ends without an error: a cut payload fails only at its end.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`, after every chunk before the bad one was yielded.
 */
export async function* openChunks(
  fileKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  aead?: Aead,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const input = new BlockReader(source)
  try {
    const nonce = await input.read(payloadNonceBytes)
    if (nonce.length < payloadNonceBytes) throw new CryptoError("CRYPTO_MALFORMED", "Cannot open payload: no nonce")
    const key = (aead ?? (await chooseAead())).withKey(payloadKey(fileKey, nonce))
    let opening: Promise<OpenedBatch> | undefined
    let index = 0
    for (let ended = false; !ended;) {
      const blocks = await readBatch(input, sealedChunkBytes)
      ended = await input.atEnd()
      // What follows a last chunk shows only once that one is known to be it: a batch waits for the one before.
      const before = opening
      const started = openBatch(key, index, blocks, ended)
      index += blocks.length
      if (before) yield* release(await before, false)
      opening = started
    }
    if (opening) yield* release(await opening, true)
  } finally {
    await input.close()
  }
}

interface OpenedBatch {
  readonly piece: Uint8Array<ArrayBuffer>
  /** The last chunk of the payload was in it. */
  readonly finished: boolean
  readonly error?: CryptoError | undefined
}

function* release(batch: OpenedBatch, ended: boolean): Generator<Uint8Array<ArrayBuffer>, void> {
  if (batch.piece.length > 0) yield batch.piece
  if (batch.error) throw batch.error
  if (batch.finished && !ended) throw authenticationFailed("bytes after the last chunk")
  if (!batch.finished && ended) throw authenticationFailed("the last chunk is missing")
}

/** Never rejects: what was verified before a bad chunk is released before its error. */
async function openBatch(
  key: AeadKey,
  first: number,
  blocks: readonly Uint8Array[],
  ended: boolean,
): Promise<OpenedBatch> {
  const room = blocks.reduce((sum, block) => sum + Math.max(0, block.length - tagBytes), 0)
  const piece = new Uint8Array(room)
  const verdicts: (ChunkVerdict | Promise<ChunkVerdict>)[] = []
  let offset = 0
  for (const [i, sealed] of blocks.entries()) {
    const target = piece.subarray(offset, (offset += Math.max(0, sealed.length - tagBytes)))
    const likelyLast = ended && i === blocks.length - 1
    verdicts.push(openOne(key, first + i, sealed, target, likelyLast))
  }
  let length = 0
  for (const [i, pending] of verdicts.entries()) {
    const verdict = typeof pending === "string" ? pending : await pending
    const block = blocks[i]
    if (verdict === "refused" || !block) return refused(piece, length, `chunk ${first + i} is changed or out of place`)
    if (verdict === "last" && block.length === tagBytes && first + i > 0)
      return refused(piece, length, "an empty last chunk")
    length += block.length - tagBytes
    if (verdict !== "last") continue
    if (i < blocks.length - 1) return refused(piece, length, "bytes after the last chunk")
    return { piece: piece.subarray(0, length), finished: true }
  }
  return { piece: piece.subarray(0, length), finished: false }
}

function refused(piece: Uint8Array<ArrayBuffer>, length: number, what: string): OpenedBatch {
  return { piece: piece.subarray(0, length), finished: false, error: authenticationFailed(what) }
}

type ChunkVerdict = "middle" | "last" | "refused"

/** A full chunk may stand in the middle or at the end, a shorter one only at the end. The likelier is tried first. */
function openOne(
  key: AeadKey,
  index: number,
  sealed: Uint8Array,
  target: Uint8Array,
  likelyLast: boolean,
): ChunkVerdict | Promise<ChunkVerdict> {
  if (sealed.length < tagBytes) return "refused"
  const places: readonly ChunkVerdict[] =
    sealed.length < sealedChunkBytes ? ["last"] : likelyLast ? ["last", "middle"] : ["middle", "last"]
  return tryPlaces(places)

  function tryPlaces([place, ...others]: readonly ChunkVerdict[]): ChunkVerdict | Promise<ChunkVerdict> {
    if (place === undefined) return "refused"
    const opened = key.open(chunkNonce(index, place === "last"), sealed, target)
    if (typeof opened === "boolean") return opened ? place : tryPlaces(others)
    return opened.then((verified) => (verified ? place : tryPlaces(others)))
  }
}

/** Up to a batch of blocks, each of `size` bytes but the last of the payload; one empty block when nothing is left. */
async function readBatch(input: BlockReader, size: number): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = []
  while (blocks.length < chunksInBatch) {
    const block = await input.read(size)
    if (block.length > 0 || blocks.length === 0) blocks.push(block)
    if (block.length < size || (await input.atEnd())) break
  }
  return blocks
}
