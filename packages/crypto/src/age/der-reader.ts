import { malformedSsh } from "./ssh-wire.ts"

const tags = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30 } as const

/** Reads the few DER types that PKCS#1 and PKCS#8 keys are made of (X.690), definite and minimal lengths only. */
export class DerReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  sequence(): DerReader {
    return new DerReader(this.#value(tags.sequence))
  }

  octets(): Uint8Array {
    return this.#value(tags.octets)
  }

  /** The content of an OBJECT IDENTIFIER as hex. */
  oid(): string {
    return [...this.#value(tags.oid)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  }

  /** An INTEGER that is not negative, as big-endian bytes without leading zeros: none for 0. */
  positive(): Uint8Array {
    const bytes = this.#value(tags.integer)
    const [first, second = 0] = bytes
    if (first === undefined || first >= 0x80 || (first === 0 && bytes.length > 1 && second < 0x80))
      throw malformedSsh("a bad number")
    return first === 0 ? bytes.subarray(1) : bytes
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) throw malformedSsh("bytes after its end")
  }

  #value(tag: number): Uint8Array {
    if (this.#take(1)[0] !== tag) throw malformedSsh("not the DER type that belongs there")
    const [first = 0] = this.#take(1)
    return this.#take(first < 0x80 ? first : this.#longLength(first & 0x7f))
  }

  #longLength(octets: number): number {
    if (octets === 0 || octets > 3) throw malformedSsh("a bad DER length")
    const length = this.#take(octets).reduce((sum, byte) => sum * 256 + byte, 0)
    if (length < 0x80 || length < 256 ** (octets - 1)) throw malformedSsh("a DER length that is not minimal")
    return length
  }

  #take(length: number): Uint8Array {
    if (this.#bytes.length - this.#offset < length) throw malformedSsh("it ends too early")
    return this.#bytes.subarray(this.#offset, (this.#offset += length))
  }
}
