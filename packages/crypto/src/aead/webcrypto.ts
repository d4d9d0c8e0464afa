import { free } from "../bytes/free.ts"
import type { Aead } from "./aead.ts"

const algorithm = "ChaCha20-Poly1305"

/**
 * The browser's own implementation (Modern Algorithms in the Web Cryptography API), which works off the page's thread:
 * several chunks in flight use several cores. Not in every browser, so `probeAead` it first.
 */
export const webCryptoAead: Aead = {
  backend: "webcrypto",
  withKey(bytes) {
    // Browsers take the key as "raw-secret" alone: "raw" is refused for this algorithm.
    const format = "raw-secret" as "raw"
    const imported = crypto.subtle.importKey(format, new Uint8Array(bytes), algorithm, false, ["encrypt", "decrypt"])
    imported.catch(() => undefined)
    return {
      async seal(nonce, plaintext, target) {
        const parameters = { name: algorithm, iv: new Uint8Array(nonce) }
        move(await crypto.subtle.encrypt(parameters, await imported, viewOf(plaintext)), target)
      },
      async open(nonce, sealed, target) {
        const parameters = { name: algorithm, iv: new Uint8Array(nonce) }
        try {
          move(await crypto.subtle.decrypt(parameters, await imported, viewOf(sealed)), target)
          return true
        } catch (error) {
          if (error instanceof DOMException && error.name === "OperationError") return false
          throw error
        }
      },
    }
  },
}

/** WebCrypto takes no shared memory; a view of any other passes as it is. */
function viewOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes)
}

/** WebCrypto answers with memory of its own each time. */
function move(from: ArrayBuffer, to: Uint8Array): void {
  const bytes = new Uint8Array(from)
  to.set(bytes)
  free(bytes)
}
