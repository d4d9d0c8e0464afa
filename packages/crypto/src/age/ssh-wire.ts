import { concatBytes } from "@noble/hashes/utils.js"
import { u32be } from "../bytes/fields.ts"
import { CryptoError } from "../errors.ts"

/** Reads the data types of SSH (RFC 4251 section 5), strictly: nothing beyond the end, no negative or padded numbers. */
export class SshReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  u32(): number {
    const part = this.take(4)
    return new DataView(part.buffer, part.byteOffset, 4).getUint32(0)
  }

  /** A view of the next `length` bytes. */
  take(length: number): Uint8Array {
    if (this.#bytes.length - this.#offset < length) throw malformedSsh("it ends too early")
    return this.#bytes.subarray(this.#offset, (this.#offset += length))
  }

  string(): Uint8Array {
    return this.take(this.u32())
  }

  text(): string {
    return new TextDecoder().decode(this.string())
  }

  /** An `mpint` that is not negative, as big-endian bytes without leading zeros. */
  positive(): Uint8Array {
    const bytes = this.string()
    const [first = 0, second = 0] = bytes
    if (first >= 0x80 || (first === 0 && bytes.length > 0 && second < 0x80)) throw malformedSsh("a bad number")
    return first === 0 ? bytes.subarray(1) : bytes
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#offset)
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) throw malformedSsh("bytes after its end")
  }
}

/** An SSH `string`: its length as u32be, then the bytes. */
export function sshString(bytes: Uint8Array): Uint8Array {
  return concatBytes(u32be(bytes.length), bytes)
}

/** An SSH `mpint` of a number that is not negative. */
export function sshPositive(bytes: Uint8Array): Uint8Array {
  return sshString((bytes[0] ?? 0) >= 0x80 ? concatBytes(new Uint8Array(1), bytes) : bytes)
}

export function malformedSsh(what: string): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", `Cannot read SSH key: ${what}`)
}
