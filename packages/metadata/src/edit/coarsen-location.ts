import type { Limits } from "../limits.ts"
import { createReader } from "../read/create-reader.ts"
import { jpegReader } from "../read/formats/jpeg.ts"
import { pngReader } from "../read/formats/png.ts"
import { webpReader } from "../read/formats/webp.ts"
import { jpegScrubber } from "../scrub/jpeg.ts"
import { pngScrubber } from "../scrub/png.ts"
import { createScrubber } from "../scrub/scrub-metadata.ts"
import { webpScrubber } from "../scrub/webp.ts"
import { editMetadata, type EditResult } from "./edit-metadata.ts"

export interface CoarsenOptions {
  /** Of the degrees that stay, 0 to 5: 2 are about a kilometre, 1 about ten. */
  readonly decimals: number
  readonly limits?: Partial<Limits> | undefined
  readonly signal?: AbortSignal | undefined
}

const read = /* @__PURE__ */ createReader([jpegReader, pngReader, webpReader])
const scrub = /* @__PURE__ */ createScrubber([jpegScrubber, pngScrubber, webpScrubber])

/**
 * Makes the place of a photo a rough one. Rounding two numbers is not enough, since maker notes, comments, XMP and trailers
 * may hold the full ones: so everything goes that `scrubMetadata` takes out under `gps-only`, then the rounded place goes in.
 * A file without a place is only scrubbed. `written` is what the last step wrote.
 * @throws RangeError for decimals out of range
 * @throws MetadataError as `readMetadata`, `scrubMetadata` and `editMetadata` do
 */
export async function coarsenLocation(
  bytes: Uint8Array,
  { decimals, limits, signal }: CoarsenOptions,
): Promise<EditResult> {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 5)
    throw new RangeError("Cannot coarsen location: decimals are none of 0 to 5")
  const { location } = await read(bytes, { only: ["exif", "xmp"], limits, signal })
  const clean = await scrub(bytes, { policy: "gps-only", limits, signal })
  if (location === undefined) return { bytes: clean.bytes, format: clean.format, written: [] }
  const [latitude = 0, longitude = 0] = [location.latitude, location.longitude].map((degrees) =>
    Number(degrees.toFixed(decimals)),
  )
  return await editMetadata(clean.bytes, { location: { latitude, longitude } }, { limits, signal })
}
