/** WebCrypto's functions, or `undefined` where they are not: a page that is no secure context. */
export function webCrypto(): SubtleCrypto | undefined {
  return (globalThis.crypto as Partial<Crypto> | undefined)?.subtle
}

/**
 * The same bytes, as WebCrypto's types want them: it reads no shared memory, and refuses it with a TypeError of its own.
 */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

/**
 * The result, or `undefined` when WebCrypto refuses the bytes: a tag or a padding that does not hold.
 * @throws whatever else goes wrong.
 */
export async function unlessRefused(result: Promise<ArrayBuffer>): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await result)
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") return undefined
    throw error
  }
}
