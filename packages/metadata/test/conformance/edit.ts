import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { detectFormat } from "../../src/detect-format.ts"
import { editMetadata, type EditResult } from "../../src/edit/edit-metadata.ts"
import { MetadataError } from "../../src/errors.ts"
import { defaultLimits } from "../../src/limits.ts"
import { walkJpeg } from "../../src/walk/jpeg.ts"
import { walkPng } from "../../src/walk/png.ts"
import { walkWebp } from "../../src/walk/webp.ts"
import { otherTags, wantedTags, wanted } from "./edit/judge-tags.ts"
import { byLibvips } from "./scrub/decoders.ts"
import { tagsIn, type Tags } from "./scrub/exiftool.ts"

/** Edits every JPEG, PNG and WebP of a folder and judges the results by exiftool, by their pixels, and by a second edit. */
export const set: ConformanceSet = { name: "edit", group: "images", run: editFolder, report }

const walkers = { jpeg: walkJpeg, png: walkPng, webp: walkWebp } as const
type Editable = keyof typeof walkers

const outcomes = new Map<string, string[]>()
const gained: string[] = []

function report(): readonly string[] {
  const lines = [...outcomes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, files]) => `edit: ${files.length} ${kind}${kind.startsWith("refused") ? `: ${files.join(", ")}` : ""}`)
  return [...lines, ...gained.map((line) => `edit: exiftool sees more than before in ${line}`)]
}

async function* editFolder(folder: string): AsyncGenerator<VectorOutcome> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
  const target = await mkdtemp(join(tmpdir(), "darkslide-edited-"))
  try {
    const edited: { file: string; source: Uint8Array; result: EditResult }[] = []
    for (const file of names.toSorted()) {
      const source = new Uint8Array(await readFile(join(folder, file)))
      if (!isEditable(detectFormat(source))) continue
      const result = await attempt(source)
      const kind = typeof result === "string" ? `refused, ${result}` : result.format
      outcomes.set(kind, [...(outcomes.get(kind) ?? []), `${basename(folder)}/${file}`])
      if (typeof result === "string") {
        const typed = result.startsWith("METADATA_")
        yield { vector: file, kind: "edit refused", outcome: typed ? "passed" : "failed", detail: result }
      } else {
        edited.push({ file, source, result })
        await writeFile(join(target, file), result.bytes)
      }
    }
    if (edited.length === 0) return
    const [before, after] = [await tagsIn(folder, "-G1:4"), await tagsIn(target, "-G1:4")]
    const none: Tags = {}
    for (const { file, source, result } of edited) {
      const [was, is] = [before.get(file) ?? none, after.get(file) ?? none]
      const others = otherTags(was, is, source, result.bytes)
      if (others.gained.length > 0) gained.push(`${basename(folder)}/${file}: ${others.gained.join(", ")}`)
      const faults = [...others.faults, ...wantedTags(is), ...(await judgeBytes(source, result))]
      const kind = Object.keys(was).some((tag) => /^(?:IFD0|ExifIFD|GPS):/u.test(tag)) ? "with EXIF" : "without EXIF"
      yield {
        vector: file,
        kind: `edit ${result.format} ${kind}`,
        outcome: faults.length === 0 ? "passed" : "failed",
        detail: faults.join("; "),
      }
    }
  } finally {
    await rm(target, { recursive: true })
  }
}

function isEditable(format: string | undefined): format is Editable {
  return format === "jpeg" || format === "png" || format === "webp"
}

/** A result, or why there is none. */
async function attempt(bytes: Uint8Array): Promise<EditResult | string> {
  try {
    return await editMetadata(bytes, wanted)
  } catch (error) {
    return error instanceof MetadataError ? `${error.code} (${error.message})` : `untyped: ${String(error)}`
  }
}

async function judgeBytes(source: Uint8Array, { bytes, format }: EditResult): Promise<readonly string[]> {
  const faults: string[] = []
  if (isEditable(format) && !samePictures(source, bytes, format)) faults.push("the coded picture is another")
  if ((await byLibvips(source, format)) !== (await byLibvips(bytes, format))) faults.push("libvips sees other pixels")
  const again = await attempt(bytes)
  if (typeof again === "string") faults.push(`a second edit is refused: ${again}`)
  else if (again.written.length > 0 || Buffer.compare(again.bytes, bytes) !== 0) faults.push("a second edit changes it")
  return faults
}

function samePictures(source: Uint8Array, result: Uint8Array, format: Editable): boolean {
  const pictures = (bytes: Uint8Array): Buffer =>
    Buffer.concat(
      walkers[format](bytes, { ...defaultLimits, maxParts: 1 << 16 })
        .parts.filter(({ kind, name }) => kind === "image" || kind === "trailer" || name === "ANMF" || name === "SOS")
        .map(({ offset, length }) => bytes.subarray(offset, offset + length)),
    )
  const [was, is] = [pictures(source), pictures(result)]
  // The last chunk of a WebP may lack the byte that makes its length even, until something follows it.
  return was.equals(is) || (format === "webp" && is.length === was.length + 1 && was.equals(is.subarray(0, was.length)))
}
