import { concatBytes } from "@noble/hashes/utils.js"
import type { NodeCrypto } from "../native.ts"
import { tagBytes, type Aead } from "./aead.ts"

/** OpenSSL's implementation through node:crypto. */
export function nodeAead(crypto: NodeCrypto): Aead {
  const options = { authTagLength: tagBytes } as const
  return {
    backend: "node",
    seal(key, nonce, plaintext) {
      const cipher = crypto.createCipheriv("chacha20-poly1305", key, nonce, options)
      return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
    },
    open(key, nonce, sealed) {
      if (sealed.length < tagBytes) return undefined
      const decipher = crypto.createDecipheriv("chacha20-poly1305", key, nonce, options)
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      const plaintext = decipher.update(sealed.subarray(0, -tagBytes))
      try {
        decipher.final()
      } catch {
        return undefined
      }
      return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.length)
    },
  }
}
