import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"

/**
 * Files under a folder that hold `marker`: as it is, in hex, or in base64 at any alignment. The marker must be random:
 * LevelDB compresses its blocks with Snappy, which copies what it cannot compress as it is.
 */
export async function filesWith(folder: string, marker: Buffer): Promise<readonly string[]> {
  const forms = formsOf(marker)
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if (forms.some((form) => bytes.includes(form))) found.push(path)
  }
  return found
}

function formsOf(marker: Buffer): readonly Buffer[] {
  const texts = [marker.toString("hex"), marker.toString("hex").toUpperCase()]
  for (const alignment of [0, 1, 2]) {
    const part = marker.subarray(alignment)
    // Whole groups only: what follows the marker decides the rest.
    const whole = part.subarray(0, part.length - (part.length % 3))
    texts.push(whole.toString("base64"), whole.toString("base64url"))
  }
  return [
    marker,
    ...texts.map((text) => Buffer.from(text, "latin1")),
    ...texts.map((text) => Buffer.from(text, "utf16le")),
  ]
}
