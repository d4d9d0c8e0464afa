import type { NodeCrypto } from "../native.ts"
import { free } from "../bytes/free.ts"
import { tagBytes, type Aead } from "./aead.ts"

/** OpenSSL's implementation through node:crypto. */
export function nodeAead(crypto: NodeCrypto): Aead {
  const options = { authTagLength: tagBytes } as const
  return {
    backend: "node",
    withKey(bytes) {
      // A KeyObject, made once: with raw bytes every chunk costs ten microseconds more.
      const key = crypto.createSecretKey(bytes)
      return {
        seal(nonce, plaintext, target) {
          const cipher = crypto.createCipheriv("chacha20-poly1305", key, nonce, options)
          move(cipher.update(plaintext), target)
          cipher.final()
          target.set(cipher.getAuthTag(), plaintext.length)
        },
        open(nonce, sealed, target) {
          const decipher = crypto.createDecipheriv("chacha20-poly1305", key, nonce, options)
          decipher.setAuthTag(sealed.subarray(-tagBytes))
          move(decipher.update(sealed.subarray(0, -tagBytes)), target)
          try {
            decipher.final()
            return true
          } catch {
            // `final` throws when the tag does not hold, and on nothing else.
            return false
          }
        },
      }
    },
  }
}

/** OpenSSL writes into memory of its own each time. */
function move(from: Uint8Array, to: Uint8Array): void {
  to.set(from)
  free(from)
}
