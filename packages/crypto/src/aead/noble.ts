import { chacha20poly1305 } from "@noble/ciphers/chacha.js"
import type { Aead } from "./aead.ts"

/** The reference: pure JavaScript, there everywhere. */
export const nobleAead: Aead = {
  backend: "noble",
  withKey: (key) => ({
    seal(nonce, plaintext, target) {
      chacha20poly1305(key, nonce).encrypt(plaintext, target)
    },
    open(nonce, sealed, target) {
      const cipher = chacha20poly1305(key, nonce)
      try {
        cipher.decrypt(sealed, target)
        return true
      } catch {
        // noble throws when the tag does not hold, and on nothing else here: lengths are the caller's to keep.
        return false
      }
    },
  }),
}
