import { expect, test } from "vitest"
import { editMetadata } from "@darkslide/metadata"
import { be16, be32, join } from "../scrub/fixtures/bytes.ts"
import { plainJpeg, segment } from "../scrub/fixtures/pictures.ts"

/** An index of two pictures (CIPA DC-007), the second behind the first. */
function indexed(plain: Uint8Array): Uint8Array {
  const length = 4 + 4 + 8 + 2 + 12 + 4 + 32
  const base = 2 + 8
  const entry = (size: number, offset: number): Uint8Array => join(be32(0), be32(size), be32(offset), be32(0))
  const first = plain.length + length
  const index = join(
    ...["MM\0*", be32(8), be16(1), be16(0xb002), be16(7), be32(32), be32(26), be32(0)],
    ...[entry(first, 0), entry(plain.length, first - base)],
  )
  return join(plain.subarray(0, 2), segment(0xe2, "MPF\0", index), plain.subarray(2), plain)
}

test("editMetadata() follows the index of pictures behind the first one", async () => {
  const plain = await plainJpeg()
  for (const changes of [{ artists: ["Ada"] }, { title: "T" }, { artists: ["Ada"], title: "T" }]) {
    const { bytes } = await editMetadata(indexed(plain), changes)
    const at = Buffer.from(bytes).indexOf("MPF\0") + 4
    const view = new DataView(bytes.buffer, at)
    const [size, offset] = [view.getUint32(26 + 4), view.getUint32(26 + 16 + 8)]
    expect(size).toBe(bytes.length - plain.length)
    expect(bytes.subarray(at + offset)).toEqual(plain)
  }
})
