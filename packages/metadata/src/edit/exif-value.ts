/** A value of EXIF before it has a byte order. */
export type ExifTagValue =
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "undefined"; readonly bytes: Uint8Array }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "short"; readonly value: number }
  | { readonly type: "long"; readonly value: number }
  /** Numerator and denominator, one pair after the other. */
  | { readonly type: "rational"; readonly values: readonly number[] }

/** As an entry of a directory takes it. */
export interface EncodedValue {
  readonly type: number
  readonly count: number
  readonly bytes: Uint8Array
}

/** TIFF 6.0 section 2. Text is UTF-8 under the name of ASCII, as nearly all programs write and read it. */
export function encodeValue(value: ExifTagValue, littleEndian: boolean): EncodedValue {
  switch (value.type) {
    case "bytes":
      return { type: 1, count: value.bytes.length, bytes: value.bytes }
    case "undefined":
      return { type: 7, count: value.bytes.length, bytes: value.bytes }
    case "text": {
      const bytes = new TextEncoder().encode(`${value.text}\0`)
      return { type: 2, count: bytes.length, bytes }
    }
    case "short": {
      const bytes = new Uint8Array(2)
      new DataView(bytes.buffer).setUint16(0, value.value, littleEndian)
      return { type: 3, count: 1, bytes }
    }
    case "long":
      return { type: 4, count: 1, bytes: longs([value.value], littleEndian) }
    case "rational":
      return { type: 5, count: value.values.length / 2, bytes: longs(value.values, littleEndian) }
  }
}

function longs(values: readonly number[], littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  values.forEach((value, i) => view.setUint32(i * 4, value, littleEndian))
  return new Uint8Array(view.buffer)
}
