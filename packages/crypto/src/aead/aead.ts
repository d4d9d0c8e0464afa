/** ChaCha20-Poly1305 (RFC 8439) with a 12-byte nonce and the 16-byte tag at the end, on one backend. */
export interface Aead {
  readonly backend: "node" | "noble"
  /** @returns a fresh array of `plaintext.length + 16` bytes. */
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** @returns a fresh array, or `undefined` when the tag does not hold. */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
}

/** Bytes that the tag adds. */
export const tagBytes = 16
