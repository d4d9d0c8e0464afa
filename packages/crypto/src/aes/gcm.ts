import { gcm } from "@noble/ciphers/aes.js"
import { unlessRefused, unshared, webCrypto } from "../web-crypto.ts"

/** AES-GCM (NIST SP 800-38D) under one key, with the 16-byte tag at the end. */
export interface GcmKey {
  readonly backend: "webcrypto" | "noble"
  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  /** @returns `undefined` when the tag does not hold. */
  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined>
}

/** Imports a key of 16 or 32 bytes once, for many calls: WebCrypto's where it is, else in JavaScript. */
export async function importGcmKey(key: Uint8Array): Promise<GcmKey> {
  const subtle = webCrypto()
  return subtle ? await importWebCryptoGcmKey(subtle, key) : nobleGcmKey(key)
}

/** The native one: in a browser seven to twenty times as fast. */
export async function importWebCryptoGcmKey(subtle: SubtleCrypto, key: Uint8Array): Promise<GcmKey> {
  const imported = await subtle.importKey("raw", unshared(key), "AES-GCM", false, ["encrypt", "decrypt"])
  const algorithm = (nonce: Uint8Array, additionalData: Uint8Array) => ({
    name: "AES-GCM",
    iv: unshared(nonce),
    additionalData: unshared(additionalData),
  })
  return {
    backend: "webcrypto",
    async seal(nonce, additionalData, plaintext) {
      return new Uint8Array(await subtle.encrypt(algorithm(nonce, additionalData), imported, unshared(plaintext)))
    },
    open: (nonce, additionalData, sealed) =>
      unlessRefused(subtle.decrypt(algorithm(nonce, additionalData), imported, unshared(sealed))),
  }
}

/** The reference: pure JavaScript, there everywhere. */
export function nobleGcmKey(key: Uint8Array): GcmKey {
  return {
    backend: "noble",
    seal: async (nonce, additionalData, plaintext) => gcm(key, nonce, additionalData).encrypt(plaintext),
    async open(nonce, additionalData, sealed) {
      const cipher = gcm(key, nonce, additionalData)
      try {
        return cipher.decrypt(sealed)
      } catch {
        // The tag does not hold, or there is none.
        return undefined
      }
    },
  }
}
