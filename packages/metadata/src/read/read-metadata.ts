import type { FormatName } from "../detect-format.ts"
import { readWith, type ReadOptions } from "./create-reader.ts"
import type { FormatReader } from "./format-reader.ts"
import type { ImageMetadata } from "./image-metadata.ts"

const loaders: Readonly<Record<FormatName, () => Promise<FormatReader>>> = {
  jpeg: async () => (await import("./formats/jpeg.ts")).jpegReader,
  png: async () => (await import("./formats/png.ts")).pngReader,
  webp: async () => (await import("./formats/webp.ts")).webpReader,
  heic: async () => (await import("./formats/heif.ts")).heifReader,
  avif: async () => (await import("./formats/heif.ts")).heifReader,
  gif: async () => (await import("./formats/gif.ts")).gifReader,
  tiff: async () => (await import("./formats/tiff.ts")).tiffReader,
  jxl: async () => (await import("./formats/jxl.ts")).jxlReader,
  mp4: async () => (await import("./formats/mp4.ts")).mp4Reader,
  webm: async () => (await import("./formats/webm.ts")).webmReader,
}

/** Formats that were met. */
const loaded: Partial<Record<FormatName, FormatReader>> = {}

async function load(format: FormatName): Promise<FormatReader> {
  return (loaded[format] = await loaders[format]())
}

/**
 * Reads everything that a picture or clip says about itself, from its bytes alone: JPEG, PNG, WebP, GIF, HEIC, AVIF,
 * TIFF, JPEG XL, MP4, WebM. What is broken or too large is left out and named in `issues`. The bytes are not changed and
 * not kept; the result is plain data. The code of a format is loaded when the first file of it is met: `createReader`
 * has it from the beginning.
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
  return readWith((format) => loaded[format] ?? load(format), source, options)
}
