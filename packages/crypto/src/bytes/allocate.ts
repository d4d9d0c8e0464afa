/** The part of Node's Buffer that is used here. */
interface NodeBuffer {
  allocUnsafeSlow(size: number): { readonly buffer: ArrayBuffer }
}

/**
 * Room for `length` bytes that are all about to be written: on Node without filling it with zeros first. What is not
 * written may show whatever memory held before, so nobody may be given it.
 */
export function allocateUnfilled(length: number): Uint8Array<ArrayBuffer> {
  const { Buffer } = globalThis as { Buffer?: NodeBuffer }
  return Buffer ? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer) : new Uint8Array(length)
}
