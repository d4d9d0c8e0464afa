/** The part of exifr 7.1.3 that is used: the decoder of TIFF values. It ships no types for its modular sources. */
declare module "exifr/src/segment-parsers/tiff-exif.mjs" {
  export class TiffExif {
    constructor(block: Uint8Array, options: Record<string, never>)
    /** Reads the byte order. */
    parseHeader(): void
    /** Decodes the value of the 12-byte entry at `offset`; `blockKey` only names it in errors. */
    parseTag(offset: number, tag: number, blockKey: string): number | string | ArrayLike<number> | undefined
  }
}
