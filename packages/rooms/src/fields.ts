import { RoomsError } from "./errors.ts"

/** The fields of crypto's `encodeFields`, as views. @throws RoomsError `ROOMS_MALFORMED` unless there are `count`. */
export function decodeFields(encoded: Uint8Array, count: number): readonly Uint8Array[] {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length)
  const fields: Uint8Array[] = []
  let at = 0
  while (at + 4 <= encoded.length) {
    const end = at + 4 + view.getUint32(at)
    if (end > encoded.length) break
    fields.push(encoded.subarray(at + 4, end))
    at = end
  }
  if (at !== encoded.length || fields.length !== count)
    throw new RoomsError("ROOMS_MALFORMED", `Cannot read fields: not ${count} whole ones`)
  return fields
}
