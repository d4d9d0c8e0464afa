import { tagBytes, type Aead, type AeadKey } from "../aead/aead.ts"
import { chooseAead } from "../aead/choose.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { payloadKey, payloadNonceBytes } from "./file-key.ts"

// The STREAM construction of age (section "Payload"): a nonce, then chunks of 64 KiB, each sealed with its number and
// with whether it is the last.

/** Plaintext bytes of a full chunk. */
export const chunkBytes = 65_536

/** Ciphertext bytes of a full chunk. */
export const sealedChunkBytes: number = chunkBytes + tagBytes

/** Chunks that are handed to a backend before the first of them must be done. */
const chunksInFlight = 32

/** Bytes of a payload (nonce and chunks) that holds `plaintextBytes`. */
export function sealedPayloadBytes(plaintextBytes: number): number {
  const chunks = Math.max(1, Math.ceil(plaintextBytes / chunkBytes))
  return payloadNonceBytes + plaintextBytes + chunks * tagBytes
}

/**
 * Bytes of the plaintext in a payload of `payloadBytes`.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` where no payload has that length: it was cut.
 */
export function openedPayloadBytes(payloadBytes: number): number {
  const sealed = payloadBytes - payloadNonceBytes
  const chunks = Math.max(1, Math.ceil(sealed / sealedChunkBytes))
  const lastChunk = sealed - (chunks - 1) * sealedChunkBytes
  if (lastChunk < tagBytes || (lastChunk === tagBytes && chunks > 1)) throw authenticationFailed("cut inside a chunk")
  return sealed - chunks * tagBytes
}

/**
 * Seals `plaintext` whole under a file key and a nonce of its own. Nothing resumes: what is not finished is made anew.
 * @returns nonce and chunks, {@link sealedPayloadBytes} long, in a fresh array.
 */
export async function sealPayload(
  fileKey: Uint8Array,
  plaintext: Uint8Array,
  options: { aead?: Aead | undefined } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const payload = new Uint8Array(sealedPayloadBytes(plaintext.length))
  const sealer = await preparePayload(fileKey, plaintext, options.aead)
  await sealer.sealInto(payload)
  return payload
}

/** A payload whose key is on its way to the backend. Seals once. */
export interface PayloadSealer {
  /** @param target - Has room for just the payload. */
  sealInto(target: Uint8Array): Promise<void>
}

/** Gets everything ready that does not need the place where the payload will lie. */
export async function preparePayload(
  fileKey: Uint8Array,
  plaintext: Uint8Array,
  aead: Aead | undefined,
  nonce: Uint8Array = randomBytes(payloadNonceBytes),
): Promise<PayloadSealer> {
  const key = (aead ?? (await chooseAead(plaintext.length))).withKey(payloadKey(fileKey, nonce))
  const chunks = Math.max(1, Math.ceil(plaintext.length / chunkBytes))
  return {
    async sealInto(target) {
      target.set(nonce)
      await inFlight(chunks, (index) => {
        const chunk = plaintext.subarray(index * chunkBytes, (index + 1) * chunkBytes)
        const start = payloadNonceBytes + index * sealedChunkBytes
        const room = target.subarray(start, start + chunk.length + tagBytes)
        return key.seal(chunkNonce(index, index === chunks - 1), chunk, room)
      })
    },
  }
}

/**
 * Opens a payload that was read whole.
 * @returns a fresh array; nothing unless every chunk is verified.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` for any chunk that is changed, missing, moved or added.
 */
export async function openPayload(
  fileKey: Uint8Array,
  payload: Uint8Array,
  options: { aead?: Aead | undefined } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (payload.length < payloadNonceBytes) throw malformed()
  const plaintext = new Uint8Array(openedPayloadBytes(payload.length))
  const aead = options.aead ?? (await chooseAead(plaintext.length))
  const key = aead.withKey(payloadKey(fileKey, payload.subarray(0, payloadNonceBytes)))
  const chunks = Math.max(1, Math.ceil(plaintext.length / chunkBytes))
  await inFlight(chunks, (index) => {
    const start = payloadNonceBytes + index * sealedChunkBytes
    const sealed = payload.subarray(start, start + sealedChunkBytes)
    const room = plaintext.subarray(index * chunkBytes, (index + 1) * chunkBytes)
    return checked(index, key.open(chunkNonce(index, index === chunks - 1), sealed, room))
  })
  return plaintext
}

/** Runs `work` for each index, in order, with a few of those that give promises under way at a time. */
async function inFlight(count: number, work: (index: number) => void | Promise<void>): Promise<void> {
  const pending: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    const result = work(index)
    if (!result) continue
    result.catch(() => undefined)
    pending.push(result)
    if (pending.length === chunksInFlight) await pending.shift()
  }
  await Promise.all(pending)
}

function checked(index: number, opened: boolean | Promise<boolean>): void | Promise<void> {
  if (opened === true) return
  if (opened === false) throw authenticationFailed(`chunk ${index} is changed or out of place`)
  return opened.then((verified) => checked(index, verified))
}

/** Opens one chunk of a payload by its place; `undefined` when its tag does not hold there. */
export async function openChunk(
  key: AeadKey,
  index: number,
  last: boolean,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunk = new Uint8Array(sealed.length - tagBytes)
  return (await key.open(chunkNonce(index, last), sealed, chunk)) ? chunk : undefined
}

/** 11 bytes of counter, big endian, and one that is 1 for the last chunk. Counts to 2^53: 2^69 bytes. */
export function chunkNonce(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  let rest = index
  for (let at = 10; rest > 0; at--) {
    nonce[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  nonce[11] = last ? 1 : 0
  return nonce
}

export function authenticationFailed(what: string): CryptoError {
  return new CryptoError("CRYPTO_AUTHENTICATION_FAILED", `Cannot open payload: ${what}`)
}

function malformed(): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", "Cannot open payload: no nonce")
}
