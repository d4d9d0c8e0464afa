import { openAsBlob } from "node:fs"
import { readPieces } from "@darkslide/crypto/cli"
import { readMetadata } from "../read/read-metadata.ts"
import type { ImageMetadata } from "../read/image-metadata.ts"
import { readLimited } from "./picture-files.ts"

/** Reads what of a file is needed for its metadata; `-` is standard input, which is read whole. */
export async function readFileMetadata(path: string, signal: AbortSignal): Promise<ImageMetadata> {
  const source = path === "-" ? await readLimited(readPieces(path, () => undefined)) : await openAsBlob(path)
  return await readMetadata(source, { signal })
}
