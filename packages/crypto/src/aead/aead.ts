/** ChaCha20-Poly1305 (RFC 8439) on one backend: 12-byte nonces, and the 16-byte tag at the end. */
export interface Aead {
  readonly backend: "node" | "webcrypto" | "wasm" | "noble"
  /** Takes a 32-byte key for any number of chunks. */
  withKey(key: Uint8Array): AeadKey
}

/**
 * One key, ready to use. A backend that computes at once answers at once; one that computes elsewhere gives promises,
 * and may be given further chunks before they resolve. Arrays are the caller's, and must stay as they are until then.
 */
export interface AeadKey {
  /** Writes ciphertext and tag into `target`, which has room for just that: `plaintext.length + 16` bytes. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, target: Uint8Array): void | Promise<void>
  /**
   * Writes the plaintext into `target`, of `sealed.length - 16` bytes; `false`, and whatever in `target`, when the tag
   * does not hold.
   */
  open(nonce: Uint8Array, sealed: Uint8Array, target: Uint8Array): boolean | Promise<boolean>
}

/** Bytes that the tag adds. */
export const tagBytes = 16
