/** ArrayBuffer.prototype.transfer (ECMAScript 2024), where it is. */
interface Transferable {
  transfer?(length: 0): unknown
}

/**
 * Gives the memory of an array back at once, which collecting it would do later: for arrays of one's own that would
 * otherwise pile up by the thousand. Afterwards the array is empty. Does nothing where the platform cannot, or where the
 * array is part of a larger one.
 */
export function free(bytes: Uint8Array): void {
  const buffer = bytes.buffer as ArrayBufferLike & Transferable
  if (bytes.length === buffer.byteLength) buffer.transfer?.(0)
}
