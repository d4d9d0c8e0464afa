import { ascii, concatBytes, startsWith, u16, u8, uintBe } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { decodeIptcText, isIptcText } from "../iptc/read-iptc.ts"
import type { IptcChange } from "./iptc-changes.ts"

interface DataSet {
  readonly record: number
  readonly dataSet: number
  readonly value: Uint8Array
  readonly whole: Uint8Array
}

/** ISO 2022: "UTF-8 from here on", in data set 1:90. */
const utf8Mark = ascii("\u001b%G")

/**
 * Changes data sets of IPTC-IIM that stand in the block already. When a text is not ASCII, all texts become UTF-8 and
 * 1:90 says so. What comes after the data sets (padding, as a rule) stays.
 * @returns the very block when there is nothing to change
 * @throws MetadataError `METADATA_MALFORMED` when a data set is cut
 */
export function editIptc(block: Uint8Array, changes: readonly IptcChange[]): Uint8Array {
  const { sets, rest } = dataSets(block)
  const meant = changes.filter(({ dataSet }) => sets.some((set) => set.record === 2 && set.dataSet === dataSet))
  if (meant.length === 0) return block
  const marked = sets.some(
    ({ record, dataSet, value }) => record === 1 && dataSet === 90 && startsWith(value, 0, "\u001b%G"),
  )
  const texts = meant.flatMap(({ values }) => values ?? [])
  const turns = !marked && texts.some((text) => !/^\p{ASCII}*$/u.test(text))
  const pieces: Uint8Array[] = []
  const done = new Set<number>()
  for (const set of sets) {
    const change = set.record === 2 ? meant.find(({ dataSet }) => dataSet === set.dataSet) : undefined
    if (change !== undefined) {
      // All of a list stand where the first stood.
      if (!done.has(set.dataSet))
        for (const text of change.values ?? []) pieces.push(encode(2, set.dataSet, new TextEncoder().encode(text)))
      done.add(set.dataSet)
    } else if (turns && set.record === 1 && set.dataSet === 90) continue
    else if (turns && set.record === 2 && isIptcText(set.dataSet)) {
      const text = decodeIptcText(set.value, false)
      pieces.push(encode(2, set.dataSet, new TextEncoder().encode(text)))
    } else pieces.push(set.whole)
  }
  if (turns) pieces.splice(placeOfMark(sets), 0, encode(1, 90, utf8Mark))
  const edited = concatBytes([...pieces, rest])
  return edited.length === block.length && edited.every((byte, i) => byte === block[i]) ? block : edited
}

/** Record 1 begins with the version of its rules (1:00), which is required to stand first. */
function placeOfMark(sets: readonly DataSet[]): number {
  return sets[0]?.record === 1 && sets[0].dataSet === 0 ? 1 : 0
}

function dataSets(block: Uint8Array): { readonly sets: readonly DataSet[]; readonly rest: Uint8Array } {
  const sets: DataSet[] = []
  let at = 0
  while (at + 5 <= block.length && block[at] === 0x1c) {
    let length = u16(block, at + 3)
    let from = at + 5
    if (length & 0x8000) {
      // Extended data set (IIM 1.5.4.2): the low bits say how many bytes hold the length.
      const width = Math.min(length & 0x7fff, 8)
      length = uintBe(block, from, width)
      from += width
    }
    const end = from + length
    if (end > block.length)
      throw new MetadataError("METADATA_MALFORMED", "Cannot edit file: a data set of its IPTC is cut")
    const [record, dataSet] = [u8(block, at + 1), u8(block, at + 2)]
    sets.push({ record, dataSet, value: block.subarray(from, end), whole: block.subarray(at, end) })
    at = end
  }
  return { sets, rest: block.subarray(at) }
}

function encode(record: number, dataSet: number, value: Uint8Array): Uint8Array {
  const { length } = value
  const header =
    length < 0x8000
      ? [0x1c, record, dataSet, length >> 8, length & 0xff]
      : [0x1c, record, dataSet, 0x80, 4, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]
  return concatBytes([Uint8Array.from(header), value])
}
