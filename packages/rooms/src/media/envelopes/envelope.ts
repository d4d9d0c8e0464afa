/**
 * What a browser's packetizer and a forwarding unit must find around a sealed frame to pass it on: constant bytes, which
 * tell a key frame from another and nothing more. docs/formats/media.md, "Envelopes".
 */
export interface Envelope {
  /** @returns a buffer of its own. */
  wrap(sealed: Uint8Array, isKey: boolean): Uint8Array<ArrayBuffer>
  /** @returns a view of the sealed frame; `undefined` when there is none. */
  unwrap(frame: Uint8Array<ArrayBuffer>): Uint8Array | undefined
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte)
}
