import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { testDataFolder } from "../../../tools/conformance/test-data.ts"
import { detectFormat } from "../src/detect-format.ts"
import { defaultLimits } from "../src/limits.ts"
import { jpegReader } from "../src/read/formats/jpeg.ts"
import { ascii, concatBytes } from "../src/bytes.ts"
import { exifBlock } from "../test/fixtures/exif-block.ts"
import {
  exifSegment,
  gifFile,
  heifFile,
  jpegFile,
  jpegSegment,
  pngChunk,
  pngFile,
  webpChunk,
  webpFile,
  xmpSegment,
} from "../test/fixtures/files.ts"
import { samplePacket } from "../test/fixtures/packets.ts"
import { sampleExif } from "../test/fixtures/sample-exif.ts"

/** What is mutated: EXIF blocks, and whole files up to 64 KB. */
export interface Samples {
  readonly blocks: readonly Uint8Array[]
  readonly files: readonly Uint8Array[]
}

const maxFileBytes = 64 << 10

/** Files built here, and those of the image sets where there are any. */
export async function loadSamples(): Promise<Samples> {
  const blocks: Uint8Array[] = [exifBlock(sampleExif), exifBlock({ ...sampleExif, littleEndian: true })]
  const files: Uint8Array[] = builtFiles(blocks[0] ?? new Uint8Array())
  for await (const file of setFiles()) {
    files.push(file)
    if (detectFormat(file) === "jpeg") {
      const context = { limits: defaultLimits, wants: () => true, signal: undefined }
      const { exif } = await jpegReader.read(file, jpegReader.walk(file, defaultLimits), context)
      if (exif !== undefined) blocks.push(exif)
    }
  }
  return { blocks, files }
}

function builtFiles(block: Uint8Array): Uint8Array[] {
  const packet = new TextEncoder().encode(samplePacket)
  const iptc = concatBytes([ascii("8BIM\u0004\u0004\0\0\0\0\0\u000a\u001c\u0002\u0019\0\u0005"), ascii("fjord")])
  return [
    jpegFile(40, 30, exifSegment(block), xmpSegment(samplePacket), jpegSegment(0xed, ascii("Photoshop 3.0\0"), iptc)),
    pngFile(40, 30, pngChunk("eXIf", block), pngChunk("iTXt", ascii("XML:com.adobe.xmp\0\0\0\0\0"), packet)),
    webpFile(40, 30, webpChunk("EXIF", block), webpChunk("XMP", packet)),
    gifFile(40, 30, concatBytes([Uint8Array.of(0x21, 0xfe, 4), ascii("note"), Uint8Array.of(0)])),
    heifFile({ width: 40, height: 30, exif: block, xmp: samplePacket }),
    block,
  ]
}

async function* setFiles(): AsyncGenerator<Uint8Array> {
  const folder = join(testDataFolder, "images")
  let entries
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true })
  } catch {
    process.stdout.write("No image sets here: mutating built files alone\n")
    return
  }
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.(?:json|md)$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  for (const path of paths) if ((await stat(path)).size <= maxFileBytes) yield new Uint8Array(await readFile(path))
}
