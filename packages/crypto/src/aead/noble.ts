import { chacha20poly1305 } from "@noble/ciphers/chacha.js"
import type { Aead } from "./aead.ts"

/** The reference: pure JavaScript, there everywhere. */
export const nobleAead: Aead = {
  backend: "noble",
  seal: (key, nonce, plaintext) => chacha20poly1305(key, nonce).encrypt(plaintext),
  open(key, nonce, sealed) {
    const cipher = chacha20poly1305(key, nonce)
    try {
      return cipher.decrypt(sealed)
    } catch {
      return undefined
    }
  },
}
