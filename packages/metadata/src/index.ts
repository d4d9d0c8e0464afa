export { MetadataError, type MetadataErrorCode } from "./errors.ts"
export type { FormatName } from "./detect-format.ts"
export type { Limits } from "./limits.ts"
export { readMetadata } from "./read/read-metadata.ts"
export { createReader, type MetadataReader, type ReadOptions } from "./read/create-reader.ts"
export type { FormatReader } from "./read/format-reader.ts"
export type { Fact } from "./read/blocks.ts"
export { jpegReader } from "./read/formats/jpeg.ts"
export { pngReader } from "./read/formats/png.ts"
export { webpReader } from "./read/formats/webp.ts"
export { gifReader } from "./read/formats/gif.ts"
export { heifReader } from "./read/formats/heif.ts"
export { tiffReader } from "./read/formats/tiff.ts"
export { jxlReader } from "./read/formats/jxl.ts"
export { mp4Reader } from "./read/formats/mp4.ts"
export { webmReader } from "./read/formats/webm.ts"
export type {
  Animation,
  Camera,
  ClipFacts,
  Description,
  Exposure,
  Hidden,
  ImageMetadata,
  LocalDate,
  Location,
  Orientation,
  PngFacts,
} from "./read/image-metadata.ts"
export {
  createScrubber,
  scrubMetadata,
  type MetadataScrubber,
  type ScrubOptions,
  type ScrubResult,
} from "./scrub/scrub-metadata.ts"
export type { FormatScrubber, Kept, Removed, ScrubPolicy } from "./scrub/format-scrubber.ts"
export { jpegScrubber } from "./scrub/jpeg.ts"
export { pngScrubber } from "./scrub/png.ts"
export { webpScrubber } from "./scrub/webp.ts"
export { gifScrubber } from "./scrub/gif.ts"
export { heifScrubber } from "./scrub/heif.ts"
export { mp4Scrubber } from "./scrub/mp4.ts"
export { webmScrubber } from "./scrub/webm.ts"
export {
  createEditor,
  editMetadata,
  type EditOptions,
  type EditResult,
  type MetadataEditor,
} from "./edit/edit-metadata.ts"
export { coarsenLocation, type CoarsenOptions } from "./edit/coarsen-location.ts"
export type { FormatEditor, Written } from "./edit/format-editor.ts"
export type { CustomProperty, MetadataChanges, Place, TakenDate } from "./edit/changes.ts"
export { jpegEditor } from "./edit/jpeg.ts"
export { pngEditor } from "./edit/png.ts"
export { webpEditor } from "./edit/webp.ts"
export type { Exif, ExifDirectory, ExifValue } from "./exif/decode.ts"
export type { Xmp, XmpText } from "./xmp/read-xmp.ts"
export type { Iptc } from "./iptc/read-iptc.ts"
export type { Icc } from "./icc/read-icc.ts"
export type { PngText } from "./png/read-text.ts"
export type { Issue, IssueCode } from "./walk/issue.ts"
