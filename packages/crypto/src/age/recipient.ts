/** One recipient's part of an age header: a type, its arguments, and a body (age-encryption.org/v1). */
export interface Stanza {
  readonly type: string
  readonly args: readonly string[]
  readonly body: Uint8Array
}

/** Someone a file is sealed to. Any object with this method will do. */
export interface Recipient {
  /**
   * What this recipient asks of every other one of a file (age API "labels"; nothing of it is written to the file): all
   * recipients of a file must have the same labels, in any order. `["postquantum"]` keeps a classical recipient from
   * undoing what a post-quantum one is for; a label that nobody else has makes a recipient the only one.
   */
  readonly labels?: readonly string[] | undefined
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
