import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { chooseFernetCipher, type FernetCipher } from "./cipher.ts"
import { halvesOf, type FernetKey } from "./fernet-key.ts"
import { decodeToken, encodeToken, tokenHead, type FernetToken } from "./token.ts"

/** One key, or several as Python's MultiFernet takes them: the first seals, all of them open. */
export type FernetKeys = { readonly key: FernetKey } | { readonly keys: readonly FernetKey[] }

export type FernetOpenOptions = FernetKeys & {
  /**
   * Seconds for which a token is valid, the last one included. Then a token from the future is refused too, beyond a
   * clock skew of 60 seconds. Without it nobody looks at the clock, as in Python.
   */
  readonly ttlSeconds?: number | undefined
  /** Default: the present. */
  readonly now?: Date | undefined
}

/** Seconds by which a token's clock may be ahead of ours (Fernet specification, "Verifying"). */
const maxSkewSeconds = 60

/**
 * Seals bytes as a Fernet token that any Fernet opens. For data that other programs share; for new data of your own,
 * `seal` is faster, smaller and streams.
 * @param plaintext - Read, never changed. The token takes 4/3 of it and 76 to 100 characters more.
 * @throws RangeError when `keys` is empty.
 *
 * @example
 * ```ts
 * import { fernetOpen, fernetSeal, generateFernetKey } from "@darkslide/crypto/fernet"
 *
 * const key = generateFernetKey()
 * const token = fernetSeal(new TextEncoder().encode("meet at noon"), { key })
 * assert.equal(new TextDecoder().decode(fernetOpen(token, { key, ttlSeconds: 60 })), "meet at noon")
 * ```
 */
export function fernetSeal(plaintext: Uint8Array, options: FernetKeys): string {
  return fernetSealWith(plaintext, firstOf(options), {
    timestamp: timestampOf(new Date()),
    iv: randomBytes(16),
    cipher: chooseFernetCipher(),
  })
}

/** As {@link fernetSeal}, with time, IV and backend given: for tests and for the functions of this file. */
export function fernetSealWith(
  plaintext: Uint8Array,
  key: FernetKey,
  { timestamp, iv, cipher }: { timestamp: Uint8Array; iv: Uint8Array; cipher: FernetCipher },
): string {
  const { signing, encryption } = halvesOf(key)
  const head = tokenHead(timestamp, iv)
  const ciphertext = cipher.encrypt(encryption, iv, plaintext)
  return encodeToken(head, ciphertext, cipher.mac(signing, head, ciphertext))
}

/**
 * Opens a Fernet token.
 * @returns a fresh array.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`, with one message, whatever is wrong with the token: its text, its
 * keys, its age or its padding. RangeError when `keys` is empty or `ttlSeconds` is negative or no number.
 */
export function fernetOpen(token: string, options: FernetOpenOptions): Uint8Array {
  return openToken(token, options, chooseFernetCipher()).plaintext
}

/** As {@link fernetOpen}, on the given backend. */
export function fernetOpenWith(token: string, options: FernetOpenOptions, cipher: FernetCipher): Uint8Array {
  return openToken(token, options, cipher).plaintext
}

/**
 * Seals a token again under the first key: what MultiFernet's `rotate` does. The IV is new; the timestamp stays, so
 * that rotating makes no token live longer.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`; RangeError when `keys` is empty.
 *
 * @example
 * ```ts
 * import { fernetOpen, fernetRotate, fernetSeal, generateFernetKey } from "@darkslide/crypto/fernet"
 *
 * const [old, fresh] = [generateFernetKey(), generateFernetKey()]
 * const token = fernetSeal(new Uint8Array([1, 2, 3]), { key: old })
 * const rotated = fernetRotate(token, { keys: [fresh, old] })
 * assert.deepEqual(fernetOpen(rotated, { key: fresh }), new Uint8Array([1, 2, 3]))
 * ```
 */
export function fernetRotate(token: string, options: { readonly keys: readonly FernetKey[] }): string {
  const cipher = chooseFernetCipher()
  const { plaintext, timestamp } = openToken(token, options, cipher)
  return fernetSealWith(plaintext, firstOf(options), { timestamp, iv: randomBytes(16), cipher })
}

/** A time as the token holds it: whole seconds since 1970, 8 bytes, big endian. */
export function timestampOf(time: Date): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(secondsOf(time)))
  return bytes
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}

function openToken(
  text: string,
  options: FernetOpenOptions,
  cipher: FernetCipher,
): { plaintext: Uint8Array; timestamp: Uint8Array } {
  const { ttlSeconds, now = new Date() } = options
  if (ttlSeconds !== undefined && !(ttlSeconds >= 0)) throw new RangeError("ttlSeconds must be 0 or more")
  const keys = keysOf(options).map(halvesOf)
  const token = decodeToken(text)
  // The MAC is the first use of a key, and nothing of the token is looked at before it holds.
  const key = token && keys.find(({ signing }) => equalConstantTime(cipher.mac(signing, token.signed), token.mac))
  if (!key || !isFresh(token, ttlSeconds, now)) throw refused()
  const plaintext = cipher.decrypt(key.encryption, token.iv, token.ciphertext)
  if (!plaintext) throw refused()
  return { plaintext, timestamp: token.timestamp }
}

/** Both bounds are inclusive, as Python's cryptography has them. */
function isFresh({ timestamp }: FernetToken, ttlSeconds: number | undefined, now: Date): boolean {
  if (ttlSeconds === undefined) return true
  const view = new DataView(timestamp.buffer, timestamp.byteOffset)
  const sealedAt = Number(view.getBigUint64(0))
  return secondsOf(now) <= sealedAt + ttlSeconds && sealedAt <= secondsOf(now) + maxSkewSeconds
}

/** @throws RangeError when there is none. */
function keysOf(options: FernetKeys): readonly FernetKey[] {
  const keys = "keys" in options ? options.keys : [options.key]
  if (keys.length === 0) throw new RangeError("keys must name at least one key")
  return keys
}

function firstOf(options: FernetKeys): FernetKey {
  const [first] = keysOf(options) as [FernetKey]
  return first
}

function refused(): CryptoError {
  return new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot open Fernet token: not valid under these keys now")
}
