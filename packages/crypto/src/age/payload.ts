import { BlockReader } from "../bytes/block-reader.ts"
import { tagBytes, type Aead } from "../aead/aead.ts"
import { chooseAead } from "../aead/choose.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { payloadKey, payloadNonceBytes } from "./file-key.ts"

/** Plaintext bytes of a full chunk (age section "Payload"). */
export const chunkBytes = 65_536

/** Ciphertext bytes of a full chunk. */
export const sealedChunkBytes: number = chunkBytes + tagBytes

/** Bytes of a payload (nonce and chunks) that holds `plaintextBytes`. */
export function sealedPayloadBytes(plaintextBytes: number): number {
  const chunks = Math.max(1, Math.ceil(plaintextBytes / chunkBytes))
  return payloadNonceBytes + plaintextBytes + chunks * tagBytes
}

/**
 * Seals `plaintext` whole under a file key and a nonce of its own. Nothing resumes: what is not finished is made anew.
 * @returns nonce and chunks, {@link sealedPayloadBytes} long.
 */
export function sealPayload(fileKey: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sealPayloadWith(fileKey, plaintext, randomBytes(payloadNonceBytes), chooseAead())
}

/** As {@link sealPayload}, with the nonce and the backend given: for tests and for {@link sealPayload} itself. */
export function sealPayloadWith(fileKey: Uint8Array, plaintext: Uint8Array, nonce: Uint8Array, aead: Aead): Uint8Array {
  const key = payloadKey(fileKey, nonce)
  const sealed = new Uint8Array(sealedPayloadBytes(plaintext.length))
  sealed.set(nonce)
  let target = payloadNonceBytes
  let source = 0
  for (let index = 0; target < sealed.length; index++) {
    const chunk = plaintext.subarray(source, source + chunkBytes)
    source += chunk.length
    sealed.set(aead.seal(key, chunkNonce(index, source === plaintext.length), chunk), target)
    target += chunk.length + tagBytes
  }
  return sealed
}

/**
 * Opens a payload that was read whole.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` for any chunk that is changed, missing, moved or added.
 */
export function openPayload(fileKey: Uint8Array, payload: Uint8Array): Uint8Array {
  return openPayloadWith(fileKey, payload, chooseAead())
}

/** As {@link openPayload} on the given backend. */
export function openPayloadWith(fileKey: Uint8Array, payload: Uint8Array, aead: Aead): Uint8Array {
  const opener = createChunkOpener(fileKey, takeNonce(payload), aead)
  const plaintext = new Uint8Array(plaintextBytesOf(payload.length))
  let length = 0
  for (let offset = payloadNonceBytes; ; offset += sealedChunkBytes) {
    const chunk = opener.open(payload.subarray(offset, offset + sealedChunkBytes))
    plaintext.set(chunk, length)
    length += chunk.length
    if (offset + sealedChunkBytes >= payload.length) break
  }
  opener.end()
  return plaintext
}

/** Bytes of the plaintext in a payload of `payloadBytes`, or an error where no payload has that length. */
function plaintextBytesOf(payloadBytes: number): number {
  const sealed = payloadBytes - payloadNonceBytes
  const chunks = Math.max(1, Math.ceil(sealed / sealedChunkBytes))
  if (sealed - (chunks - 1) * sealedChunkBytes < tagBytes) throw authenticationFailed("cut inside a chunk")
  return sealed - chunks * tagBytes
}

/**
 * Seals a payload as it comes: yields the nonce, then one sealed chunk for each 64 KiB.
 * The input is read once and never changed; one chunk is held.
 */
export async function* sealChunks(
  fileKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  aead: Aead = chooseAead(),
): AsyncGenerator<Uint8Array, void> {
  const nonce = randomBytes(payloadNonceBytes)
  const key = payloadKey(fileKey, nonce)
  yield nonce
  let index = 0
  let held: Uint8Array | undefined
  for await (const chunk of blocksOf(source, chunkBytes)) {
    if (held) yield aead.seal(key, chunkNonce(index++, false), held)
    held = chunk
  }
  yield aead.seal(key, chunkNonce(index, true), held ?? new Uint8Array())
}

/**
 * Opens a payload as it comes: yields each chunk once it is verified. What was yielded is provisional until the
 * iteration ends without an error: a cut payload fails only at its end.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`, after every chunk before the bad one was yielded.
 */
export async function* openChunks(
  fileKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  aead: Aead = chooseAead(),
): AsyncGenerator<Uint8Array, void> {
  const input = new BlockReader(source)
  try {
    const opener = createChunkOpener(fileKey, takeNonce(await input.read(payloadNonceBytes)), aead)
    for (;;) {
      const sealed = await input.read(sealedChunkBytes)
      if (sealed.length === 0) break
      yield opener.open(sealed)
    }
    opener.end()
  } finally {
    await input.close()
  }
}

interface ChunkOpener {
  open(sealed: Uint8Array): Uint8Array
  /** Says that no chunk follows. */
  end(): void
}

/** The order that the format asks for: a full chunk may be the last one, a short one must be, an empty one only alone. */
function createChunkOpener(fileKey: Uint8Array, nonce: Uint8Array, aead: Aead): ChunkOpener {
  const key = payloadKey(fileKey, nonce)
  let index = 0
  let finished = false
  return {
    open(sealed) {
      if (finished) throw authenticationFailed("bytes after the last chunk")
      const middle = sealed.length === sealedChunkBytes ? aead.open(key, chunkNonce(index, false), sealed) : undefined
      const chunk = middle ?? aead.open(key, chunkNonce(index, true), sealed)
      if (!chunk) throw authenticationFailed(`chunk ${index} is changed or out of place`)
      finished = middle === undefined
      if (finished && chunk.length === 0 && index > 0) throw authenticationFailed("an empty last chunk")
      index++
      return chunk
    },
    end() {
      if (!finished) throw authenticationFailed("the last chunk is missing")
    },
  }
}

/** 11 bytes of counter, big endian, and one that is 1 for the last chunk. Counts to 2^53, far above 2^64 bytes. */
function chunkNonce(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  const view = new DataView(nonce.buffer)
  view.setUint32(3, Math.floor(index / 2 ** 32))
  view.setUint32(7, index % 2 ** 32)
  nonce[11] = last ? 1 : 0
  return nonce
}

function takeNonce(payload: Uint8Array): Uint8Array {
  if (payload.length < payloadNonceBytes) throw new CryptoError("CRYPTO_MALFORMED", "Cannot open payload: no nonce")
  return payload.subarray(0, payloadNonceBytes)
}

function authenticationFailed(what: string): CryptoError {
  return new CryptoError("CRYPTO_AUTHENTICATION_FAILED", `Cannot open payload: ${what}`)
}

async function* blocksOf(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void> {
  const input = new BlockReader(source)
  try {
    for (;;) {
      const block = await input.read(size)
      if (block.length > 0) yield block
      if (block.length < size) return
    }
  } finally {
    await input.close()
  }
}
