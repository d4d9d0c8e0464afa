import { cbc } from "@noble/ciphers/aes.js"
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { nodeCrypto } from "../native.ts"

/** AES-128-CBC with PKCS #7 padding, and HMAC-SHA-256, on one backend. */
export interface FernetCipher {
  readonly backend: "node" | "noble"
  encrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** @returns `undefined` unless the ciphertext is whole blocks and every byte of its padding is right. */
  decrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
  /** The 32-byte MAC over `parts`, one after the other. */
  mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
}

/** The reference: pure JavaScript, there everywhere. */
export const nobleFernetCipher: FernetCipher = {
  backend: "noble",
  encrypt: (key, iv, plaintext) => cbc(key, iv).encrypt(plaintext),
  decrypt(key, iv, ciphertext) {
    try {
      return cbc(key, iv).decrypt(ciphertext)
    } catch {
      // Its padding is wrong, or it is not whole blocks.
      return undefined
    }
  },
  mac(key, ...parts) {
    const state = hmac.create(sha256, key)
    for (const part of parts) state.update(part)
    return state.digest()
  },
}

/** OpenSSL's implementation on Node, else {@link nobleFernetCipher}. */
export function chooseFernetCipher(): FernetCipher {
  const crypto = nodeCrypto()
  if (!crypto) return nobleFernetCipher
  return {
    backend: "node",
    encrypt(key, iv, plaintext) {
      const cipher = crypto.createCipheriv("aes-128-cbc", key, iv)
      return join(cipher.update(plaintext), cipher.final())
    },
    decrypt(key, iv, ciphertext) {
      const decipher = crypto.createDecipheriv("aes-128-cbc", key, iv)
      const start = decipher.update(ciphertext)
      try {
        return join(start, decipher.final())
      } catch {
        // Its padding is wrong, or it is not whole blocks.
        return undefined
      }
    },
    mac(key, ...parts) {
      const state = crypto.createHmac("sha256", key)
      for (const part of parts) state.update(part)
      return state.digest()
    },
  }
}

function join(start: Uint8Array, end: Uint8Array): Uint8Array {
  const joined = new Uint8Array(start.length + end.length)
  joined.set(start)
  joined.set(end, start.length)
  return joined
}
