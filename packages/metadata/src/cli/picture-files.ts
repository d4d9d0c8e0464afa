import { MetadataError } from "../errors.ts"

const readable = /\.(?:jpe?g|jpe|jfif|mpo|a?png|webp|gif|hei[cf]|avif|tiff?|dng|jxl|mp4|m4v|mov|webm|mkv)$/iu
const scrubbable = /\.(?:jpe?g|jpe|jfif|mpo|a?png|webp|gif|hei[cf]|avif|mp4|m4v|mov|webm|mkv)$/iu
const editable = /\.(?:jpe?g|jpe|jfif|mpo|a?png|webp)$/iu

/** Which files of a folder a command is about, by their names. What is named is meant whatever its name. */
export const inFolder = {
  read: (name: string): boolean => readable.test(name),
  scrub: (name: string): boolean => scrubbable.test(name),
  edit: (name: string): boolean => editable.test(name),
} as const

/** Bytes of a file that is worked on whole, in memory. */
const maxBytes = 2 ** 30

/** @throws MetadataError `METADATA_LIMIT_EXCEEDED` for a file above 1 GiB. */
export async function readLimited(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > maxBytes)
      throw new MetadataError("METADATA_LIMIT_EXCEEDED", "Cannot work on file: it is larger than 1 GiB")
    all.push(piece)
  }
  return new Uint8Array(Buffer.concat(all, length))
}
