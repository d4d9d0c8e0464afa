import { ctr } from "@noble/ciphers/aes.js"
import { hmac } from "@noble/hashes/hmac.js"
import { concatBytes, type CHash } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { unshared, webCrypto } from "../web-crypto.ts"
import type { FrameCipher } from "./suites.ts"

export interface CtrHmacParameters {
  readonly hash: CHash
  readonly encryptionKeyBytes: number
  readonly tagBytes: number
}

/** AES in counter mode, and HMAC, under one key each. */
interface Primitives {
  /** Encrypts and decrypts alike. `counter`: the first block's, 16 bytes. */
  crypt(counter: Uint8Array, data: Uint8Array): Promise<Uint8Array>
  /** The whole MAC. */
  mac(data: Uint8Array): Promise<Uint8Array>
}

/** AES-CTR with HMAC as an AEAD (RFC 9605 section 4.5.1): by WebCrypto where it is, else in JavaScript. */
export async function importCtrHmacKey(key: Uint8Array, parameters: CtrHmacParameters): Promise<FrameCipher> {
  const subtle = webCrypto()
  return subtle ? await importWebCryptoCtrHmacKey(subtle, key, parameters) : nobleCtrHmacKey(key, parameters)
}

export async function importWebCryptoCtrHmacKey(
  subtle: SubtleCrypto,
  key: Uint8Array,
  parameters: CtrHmacParameters,
): Promise<FrameCipher> {
  const { encryptionKey, authenticationKey } = split(key, parameters)
  const hash = `SHA-${parameters.hash.outputLen * 8}`
  const [aes, mac] = await Promise.all([
    subtle.importKey("raw", unshared(encryptionKey), "AES-CTR", false, ["encrypt"]),
    subtle.importKey("raw", unshared(authenticationKey), { name: "HMAC", hash }, false, ["sign"]),
  ])
  return frameCipher(parameters.tagBytes, {
    async crypt(counter, data) {
      const algorithm = { name: "AES-CTR", counter: unshared(counter), length: 32 }
      return new Uint8Array(await subtle.encrypt(algorithm, aes, unshared(data)))
    },
    mac: async (data) => new Uint8Array(await subtle.sign("HMAC", mac, unshared(data))),
  })
}

/** The reference: pure JavaScript, there everywhere. */
export function nobleCtrHmacKey(key: Uint8Array, parameters: CtrHmacParameters): FrameCipher {
  const { encryptionKey, authenticationKey } = split(key, parameters)
  return frameCipher(parameters.tagBytes, {
    crypt: async (counter, data) => ctr(encryptionKey, counter).encrypt(data),
    mac: async (data) => hmac(parameters.hash, authenticationKey, data),
  })
}

function frameCipher(tagBytes: number, { crypt, mac }: Primitives): FrameCipher {
  async function tag(nonce: Uint8Array, additionalData: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
    const lengths = new Uint8Array(24)
    const view = new DataView(lengths.buffer)
    for (const [index, length] of [additionalData.length, ciphertext.length, tagBytes].entries())
      view.setBigUint64(8 * index, BigInt(length))
    const whole = await mac(concatBytes(lengths, nonce, additionalData, ciphertext))
    return whole.subarray(0, tagBytes)
  }
  return {
    async seal(nonce, additionalData, plaintext) {
      const ciphertext = await crypt(firstCounter(nonce), plaintext)
      return concatBytes(ciphertext, await tag(nonce, additionalData, ciphertext))
    },
    async open(nonce, additionalData, sealed) {
      if (sealed.length < tagBytes) return undefined
      const ciphertext = sealed.subarray(0, sealed.length - tagBytes)
      const expected = await tag(nonce, additionalData, ciphertext)
      if (!equalConstantTime(expected, sealed.subarray(ciphertext.length))) return undefined
      return await crypt(firstCounter(nonce), ciphertext)
    },
  }
}

/** The 12-byte nonce and a 32-bit block counter from 0. */
function firstCounter(nonce: Uint8Array): Uint8Array {
  const counter = new Uint8Array(16)
  counter.set(nonce)
  return counter
}

function split(key: Uint8Array, { encryptionKeyBytes }: CtrHmacParameters) {
  return { encryptionKey: key.subarray(0, encryptionKeyBytes), authenticationKey: key.subarray(encryptionKeyBytes) }
}
