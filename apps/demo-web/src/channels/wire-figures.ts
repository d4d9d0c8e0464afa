/** What can be counted in bytes that one cannot read. */
export interface WireFigures {
  readonly bytes: number
  /** Shannon's, in bits a byte: 8 for noise. */
  readonly entropy: number
  /** Against equal shares of 256 values: about 255 for noise. */
  readonly chiSquare: number
  /** Between each byte and the third after it (the same channel of the next pixel), from -1 to 1: 0 for noise. */
  readonly correlation: number
  /** Share of 16-byte blocks that were there before, from 0 to 1: 0 for noise. */
  readonly repeats: number
}

const blockBytes = 16
const pixelBytes = 3

export function wireFigures(bytes: Uint8Array): WireFigures {
  const counts = countsOf(bytes)
  const { length } = bytes
  const shares = counts.filter((count) => count > 0).map((count) => count / length)
  const expected = length / counts.length
  return {
    bytes: length,
    entropy: shares.reduce((sum, share) => sum - share * Math.log2(share), 0),
    chiSquare: length === 0 ? 0 : counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0),
    correlation: correlationOf(bytes),
    repeats: repeatsOf(bytes),
  }
}

function countsOf(bytes: Uint8Array): number[] {
  const counts = Array.from({ length: 256 }, () => 0)
  for (const byte of bytes) counts[byte]!++
  return counts
}

/** Pearson's. 0 where all bytes are alike. */
function correlationOf(bytes: Uint8Array): number {
  const pairs = Math.max(0, bytes.length - pixelBytes)
  let [sum, next, both, square, nextSquare] = [0, 0, 0, 0, 0]
  for (let at = 0; at < pairs; at++) {
    const [here, there] = [bytes[at] ?? 0, bytes[at + pixelBytes] ?? 0]
    sum += here
    next += there
    both += here * there
    square += here * here
    nextSquare += there * there
  }
  const spread = Math.sqrt((pairs * square - sum ** 2) * (pairs * nextSquare - next ** 2))
  return spread === 0 ? 0 : (pairs * both - sum * next) / spread
}

function repeatsOf(bytes: Uint8Array): number {
  const seen = new Set<string>()
  let blocks = 0
  for (let at = 0; at + blockBytes <= bytes.length; at += blockBytes) {
    seen.add(bytes.subarray(at, at + blockBytes).join())
    blocks++
  }
  return blocks === 0 ? 0 : 1 - seen.size / blocks
}
