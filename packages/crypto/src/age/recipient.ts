/** One recipient's part of an age header: a type, its arguments, and a body (age-encryption.org/v1). */
export interface Stanza {
  readonly type: string
  readonly args: readonly string[]
  readonly body: Uint8Array
}

/** Someone a file is sealed to. Any object with this method will do. */
export interface Recipient {
  /** @param fileKey - 16 bytes; not to be kept or changed. */
  wrap(fileKey: Uint8Array): Promise<readonly Stanza[]>
}

/** Someone who opens files. Any object with this method will do. */
export interface Identity {
  /**
   * @returns the 16-byte file key; or `null` when no stanza is for this identity.
   * @throws CryptoError `CRYPTO_MALFORMED` when a stanza is for this identity and broken.
   */
  unwrap(stanzas: readonly Stanza[]): Promise<Uint8Array | null>
}
