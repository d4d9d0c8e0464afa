import { concatBytes } from "../src/bytes.ts"
import type { SeededRandom } from "../../../tools/soak/seeded-random.ts"

const words = [0, 0xffff_ffff, 0x7fff_ffff, 8, 0x00ff_ffff, 1, 0x8000_0000]
const halves = [0, 0xffff, 1, 13, 0x0400]

/** A copy with one to five numbers changed, mostly near the beginning, where counts and offsets stand. */
export function mutateNumbers(sample: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = Uint8Array.from(sample)
  const view = new DataView(bytes.buffer)
  const edits = 1 + random.below(5)
  for (let i = 0; i < edits; i++) {
    const reach = random.next() < 0.7 ? Math.min(400, bytes.length) : bytes.length
    const at = random.below(reach)
    const little = random.next() < 0.5
    const kind = random.below(3)
    if (kind === 0) bytes[at] = random.below(256)
    else if (kind === 1 && at + 4 <= bytes.length) view.setUint32(at, words[random.below(words.length)] ?? 0, little)
    else if (at + 2 <= bytes.length) view.setUint16(at, halves[random.below(halves.length)] ?? 0, little)
  }
  return bytes
}

/** As above, or with a stretch cut out, doubled or swapped with another file's, or the end cut off. */
export function mutateFile(sample: Uint8Array, others: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const changed = mutateNumbers(sample, random)
  const kind = random.below(8)
  const from = random.below(changed.length)
  const to = Math.min(changed.length, from + 1 + random.below(2048))
  const stretch = changed.subarray(from, to)
  if (kind === 0) return changed.slice(0, from)
  if (kind === 1) return concatBytes([changed.subarray(0, from), changed.subarray(to)])
  if (kind === 2) return concatBytes([changed.subarray(0, to), stretch, changed.subarray(to)])
  if (kind === 3) {
    const other = others[random.below(others.length)] ?? stretch
    return concatBytes([changed.subarray(0, from), other.subarray(0, 4096), changed.subarray(to)])
  }
  return changed
}
