import { u16, u8 } from "../bytes.ts"

interface JxlHeader {
  readonly width: number
  readonly height: number
  readonly orientation: number
}

/** Width by height (ISO/IEC 18181-1 table A.3). */
const ratios: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
]

/** The size and orientation in the first bytes of a JPEG XL codestream (ISO/IEC 18181-1 annexes A.2 and A.6). */
export function readJxlHeader(stream: Uint8Array): JxlHeader | undefined {
  if (u16(stream, 0) !== 0xff0a || stream.length < 4) return undefined
  let at = 16
  const bits = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++, at++) value += ((u8(stream, at >> 3) >> (at & 7)) & 1) * 2 ** i
    return value
  }
  const size = (): number => bits([9, 13, 18, 30][bits(2)] ?? 9) + 1
  const small = bits(1) === 1
  const height = small ? (bits(5) + 1) * 8 : size()
  const ratio = ratios[bits(3) - 1]
  const width = ratio === undefined ? (small ? (bits(5) + 1) * 8 : size()) : Math.floor((height * ratio[0]) / ratio[1])
  // ImageMetadata: all_default, extra_fields, then three bits of orientation.
  const plain = bits(1) === 1 || bits(1) === 0
  return { width, height, orientation: plain ? 1 : bits(3) + 1 }
}
