import { md5 } from "@noble/hashes/legacy.js"
import { concatBytes, u8 } from "../bytes.ts"
import { photoshopResources } from "../iptc/photoshop.ts"
import { editIptc } from "./edit-iptc.ts"
import type { IptcChange } from "./iptc-changes.ts"

const [iptc, digest] = [0x0404, 0x0425]

/**
 * Changes the IPTC within Photoshop's image resources, or bare IPTC. A digest of the old IPTC that was right becomes one
 * of the new: by it a program tells whether XMP was brought into agreement (MWG Guidelines 2.0 section 5.4).
 * @returns the very block when there is nothing to change
 */
export function editPhotoshop(block: Uint8Array, changes: readonly IptcChange[]): Uint8Array {
  if (changes.length === 0) return block
  if (u8(block, 0) === 0x1c) return editIptc(block, changes)
  const resources = photoshopResources(block)
  const old = resources.find(({ id }) => id === iptc)
  const edited = old === undefined ? undefined : editIptc(old.data, changes)
  if (old === undefined || edited === undefined || edited === old.data) return block
  let end = 0
  const pieces = resources.map((resource) => {
    end += resource.whole.length
    if (resource === old) return withData(resource.whole, old.data.length, edited)
    const agrees = resource.id === digest && resource.data.length === 16 && same(resource.data, md5(old.data))
    return agrees ? withData(resource.whole, 16, md5(edited)) : resource.whole
  })
  return concatBytes([...pieces, block.subarray(end)])
}

function withData(whole: Uint8Array, oldLength: number, data: Uint8Array): Uint8Array {
  const headerLength = whole.length - oldLength - (oldLength & 1)
  const resource = new Uint8Array(headerLength + data.length + (data.length & 1))
  resource.set(whole.subarray(0, headerLength))
  new DataView(resource.buffer).setUint32(headerLength - 4, data.length)
  resource.set(data, headerLength)
  return resource
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
