import type { SeededRandom } from "../../../tools/soak/seeded-random.ts"

/** One to four random changes of the kinds that break parsers. The result may equal the input. */
export function mutate(bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]): Uint8Array {
  let changed = bytes
  for (let times = 1 + random.below(4); times > 0; times--) {
    const change = changes[random.below(changes.length)]
    if (change) changed = change(changed, random, others)
  }
  return changed
}

type Change = (bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]) => Uint8Array

const changes: readonly Change[] = [
  function flipBit(bytes, random) {
    const changed = bytes.slice()
    const at = random.below(changed.length)
    if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
    return changed
  },
  function setByte(bytes, random) {
    const changed = bytes.slice()
    const at = random.below(changed.length)
    if (at < changed.length) changed[at] = interesting[random.below(interesting.length)] ?? random.below(256)
    return changed
  },
  function cut(bytes, random) {
    return bytes.slice(0, random.below(bytes.length + 1))
  },
  function cutStart(bytes, random) {
    return bytes.slice(random.below(Math.min(bytes.length, 40) + 1))
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length + 1)
    return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(20)))
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length + 1)
    const added = Uint8Array.from({ length: 1 + random.below(20) }, () => random.below(256))
    return join(bytes.subarray(0, at), added, bytes.subarray(at))
  },
  function repeat(bytes, random) {
    const [from, to] = range(bytes, random)
    const part = bytes.subarray(from, to)
    return join(bytes.subarray(0, to), ...Array.from({ length: 1 + random.below(5) }, () => part), bytes.subarray(to))
  },
  function exchange(bytes, random) {
    const [from, to] = range(bytes, random)
    return join(bytes.subarray(to), bytes.subarray(from, to), bytes.subarray(0, from))
  },
  function splice(bytes, random, others) {
    const other = others[random.below(others.length)] ?? bytes
    const at = random.below(Math.min(bytes.length, other.length) + 1)
    return join(bytes.subarray(0, at), other.subarray(at))
  },
  /** A number becomes a larger one, of up to forty digits: a work factor, a count, a length. */
  function growNumber(bytes, random) {
    // Half the time near the start, where parameters stand; the digits of base64 are everywhere.
    const within = random.below(2) === 0 ? 40 : bytes.length
    const digits = [...bytes.subarray(0, within).keys()].filter((index) => isDigit(bytes[index]))
    const at = digits[random.below(digits.length)]
    if (at === undefined) return bytes
    const nines = Uint8Array.from({ length: 1 + random.below(1 + random.below(40)) }, () => 0x30 + random.below(10))
    return join(bytes.subarray(0, at), nines, bytes.subarray(at + random.below(2)))
  },
]

/** NUL, line feed, space, `$`, `-`, `/`, digits, `=`, `_`, DEL, and bytes that UTF-8 gives a meaning or none. */
const interesting = [0, 10, 13, 32, 0x24, 0x2d, 0x2f, 0x30, 0x39, 0x3d, 0x5f, 0x7f, 0x80, 0xc0, 0xff]

function range(bytes: Uint8Array, random: SeededRandom): [number, number] {
  const [a, b] = [random.below(bytes.length + 1), random.below(bytes.length + 1)]
  return [Math.min(a, b), Math.max(a, b)]
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
