import { createCipheriv, hkdfSync } from "node:crypto"

/** An age payload of one chunk, by OpenSSL and the specification of age alone. */
export function sealWithNonce(fileKey: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const key = new Uint8Array(hkdfSync("sha256", fileKey, nonce, "payload", 32))
  const chunkNonce = new Uint8Array(12)
  chunkNonce[11] = 1
  const cipher = createCipheriv("chacha20-poly1305", key, chunkNonce, { authTagLength: 16 })
  return new Uint8Array(Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
}
