/** What a picture's first bytes say that it is; `undefined` when none of the types that cameras give. */
export async function pictureType(picture: Blob): Promise<string | undefined> {
  const head = new Uint8Array(await picture.slice(0, 12).arrayBuffer())
  const starts = (at: number, ...bytes: readonly number[]): boolean => bytes.every((byte, i) => head[at + i] === byte)
  const ascii = (at: number, text: string): boolean => starts(at, ...Array.from(text, (letter) => letter.charCodeAt(0)))
  if (starts(0, 0xff, 0xd8, 0xff)) return "image/jpeg"
  if (starts(0, 0x89) && ascii(1, "PNG\r\n")) return "image/png"
  if (ascii(0, "RIFF") && ascii(8, "WEBP")) return "image/webp"
  // ISO base media files (ISO/IEC 14496-12, section 4.3) by their brand.
  if (!ascii(4, "ftyp")) return undefined
  if (ascii(8, "avif")) return "image/avif"
  return ascii(8, "heic") || ascii(8, "heix") || ascii(8, "mif1") ? "image/heic" : undefined
}
