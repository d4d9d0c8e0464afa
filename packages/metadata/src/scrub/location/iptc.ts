import { concatBytes, u16, u8, uintBe } from "../../bytes.ts"
import { photoshopResources } from "../../iptc/photoshop.ts"
import { xmpWithoutLocation } from "./xmp.ts"

/** Data sets of record 2 (IPTC IIM 4.2): content location, city, sublocation, province, country by code and name. */
const located = new Set([26, 27, 90, 92, 95, 100, 101])
/** Photoshop's resources that copy EXIF, and the digest of IPTC, which says when it was changed. */
const [exif1, exif3, xmp, iptc, digest] = [0x0422, 0x0423, 0x0424, 0x0404, 0x0425]

/** Photoshop's image resources without those that say where; bytes that belong to none go as well. */
export function photoshopWithoutLocation(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept: Uint8Array[] = []
  let changed = false
  for (const { id, data, whole } of photoshopResources(block)) {
    if (id === exif1 || id === exif3) changed = true
    else if (id === xmp && xmpWithoutLocation(data) !== data) changed = true
    else if (id === iptc) {
      const sets = dataSetsWithoutLocation(data)
      const same = sets.length === data.length
      changed ||= !same
      kept.push(same ? whole : resourceOf(whole, data.length, sets))
    } else kept.push(whole)
  }
  const found = changed ? kept.filter((resource) => u16(resource, 4) !== digest) : kept
  return concatBytes(found)
}

function resourceOf(whole: Uint8Array, oldLength: number, data: Uint8Array): Uint8Array {
  const headerLength = whole.length - oldLength - (oldLength & 1)
  const resource = new Uint8Array(headerLength + data.length + (data.length & 1))
  resource.set(whole.subarray(0, headerLength))
  new DataView(resource.buffer).setUint32(headerLength - 4, data.length)
  resource.set(data, headerLength)
  return resource
}

function dataSetsWithoutLocation(data: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = []
  for (let at = 0; at + 5 <= data.length && data[at] === 0x1c;) {
    const start = at
    const length = u16(data, at + 3)
    at += 5
    if (length & 0x8000) {
      // Extended data set (1.5.4.2): the low bits say how many bytes hold the length.
      const width = Math.min(length & 0x7fff, 8)
      at += width + uintBe(data, at, width)
    } else at += length
    if (at > data.length) break
    if (u8(data, start + 1) !== 2 || !located.has(u8(data, start + 2))) kept.push(data.subarray(start, at))
  }
  const sets = concatBytes(kept)
  return sets
}
