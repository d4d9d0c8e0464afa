import { createReader, type ReadOptions } from "./create-reader.ts"
import { gifReader } from "./formats/gif.ts"
import { heifReader } from "./formats/heif.ts"
import { jpegReader } from "./formats/jpeg.ts"
import { jxlReader } from "./formats/jxl.ts"
import { mp4Reader } from "./formats/mp4.ts"
import { pngReader } from "./formats/png.ts"
import { tiffReader } from "./formats/tiff.ts"
import { webmReader } from "./formats/webm.ts"
import { webpReader } from "./formats/webp.ts"
import type { ImageMetadata } from "./image-metadata.ts"

/**
 * Reads everything that a picture or clip says about itself, from its bytes alone: JPEG, PNG, WebP, GIF, HEIC, AVIF,
 * TIFF, JPEG XL, MP4, WebM. What is broken or too large is left out and named in `issues`. The bytes are not changed and
 * not kept; the result is plain data.
 * @param source - Of a Blob only the beginning is read where it holds all that is wanted.
 * @throws MetadataError `METADATA_UNKNOWN_FORMAT`, `METADATA_LIMIT_EXCEEDED`, `METADATA_UNREADABLE`
 * @throws RangeError when a limit is no count.
 *
 * @example
 * ```ts
 * const gif = new TextEncoder().encode("GIF89a\u0003\0\u0002\0\0\0\0;")
 * const { format, width, height } = await readMetadata(gif)
 * assert.deepEqual([format, width, height], ["gif", 3, 2])
 * ```
 */
export function readMetadata(source: Uint8Array | Blob, options: ReadOptions = {}): Promise<ImageMetadata> {
  return createReader([
    jpegReader,
    pngReader,
    webpReader,
    heifReader,
    gifReader,
    tiffReader,
    jxlReader,
    mp4Reader,
    webmReader,
  ])(source, options)
}
