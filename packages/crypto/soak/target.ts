/** Something that is opened, and what was sealed in it. */
export interface Target {
  readonly name: string
  readonly samples: readonly Uint8Array[]
  /**
   * Opens what was changed.
   * @returns whether it opened to what was sealed.
   * @throws CryptoError when it is refused, as it should be.
   */
  opensToTheSame(changed: Uint8Array): Promise<boolean>
}

/** What most samples hold. */
export const plaintext: Uint8Array<ArrayBuffer> = new Uint8Array(3000).map((_, index) => index * 17)

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
