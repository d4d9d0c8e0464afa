import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { detectFormat } from "../../src/detect-format.ts"
import type { MetadataChanges } from "../../src/edit/changes.ts"
import { editMetadata, type EditResult } from "../../src/edit/edit-metadata.ts"
import { MetadataError } from "../../src/errors.ts"
import { defaultLimits } from "../../src/limits.ts"
import { walkJpeg } from "../../src/walk/jpeg.ts"
import { walkPng } from "../../src/walk/png.ts"
import { walkWebp } from "../../src/walk/webp.ts"
import { otherTags, unwanted, unwantedTags, wanted, wantedTags } from "./edit/judge-tags.ts"
import { byLibvips } from "./scrub/decoders.ts"
import { tagsIn } from "./scrub/exiftool.ts"

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

interface Edited {
  readonly file: string
  readonly source: Uint8Array
  readonly set: EditResult
  readonly removed: EditResult
}

async function* editFolder(folder: string): AsyncGenerator<VectorOutcome> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\.(?:md|json)$/u.test(entry.name))
    .map(({ name }) => name)
  const [withTags, without] = [await temporaryFolder(), await temporaryFolder()]
  try {
    const edited: Edited[] = []
    for (const file of names.toSorted()) {
      const source = new Uint8Array(await readFile(join(folder, file)))
      const [set, removed] = [await attempt(source, wanted), await attempt(source, unwanted)]
      const format = detectFormat(source)
      const kind = isEditable(format)
        ? typeof set === "string"
          ? `refused, ${set}`
          : format
        : "of other formats, refused"
      outcomes.set(kind, [...(outcomes.get(kind) ?? []), `${basename(folder)}/${file}`])
      if (typeof set === "string") {
        const typed = set.startsWith("METADATA_")
        yield { vector: file, kind: "edit refused", outcome: typed ? "passed" : "failed", detail: set }
      } else if (typeof removed === "string")
        yield { vector: file, kind: "edit removes", outcome: "failed", detail: removed }
      else {
        edited.push({ file, source, set, removed })
        await writeFile(join(withTags, file), set.bytes)
        await writeFile(join(without, file), removed.bytes)
      }
    }
    if (edited.length > 0) yield* judge(basename(folder), edited, [folder, withTags, without])
  } finally {
    await rm(withTags, { recursive: true })
    await rm(without, { recursive: true })
  }
}

async function temporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "darkslide-edited-"))
}

async function* judge(
  folder: string,
  edited: readonly Edited[],
  [original, withTags, without]: readonly [string, string, string],
): AsyncGenerator<VectorOutcome> {
  const groups = "-G1:4"
  const before = await tagsIn(original, groups)
  const [afterSet, afterRemoved] = [await tagsIn(withTags, groups), await tagsIn(without, groups)]
  for (const { file, source, set: one, removed } of edited) {
    const [was, is, left] = [before.get(file) ?? {}, afterSet.get(file) ?? {}, afterRemoved.get(file) ?? {}]
    const exif = Object.keys(was).some((tag) => /^(?:IFD0|ExifIFD|GPS):/u.test(tag)) ? "with EXIF" : "without EXIF"
    const others = otherTags(was, is, source, one.bytes)
    if (others.gained.length > 0) gained.push(`${folder}/${file}: ${others.gained.join(", ")}`)
    const faults = [...others.faults, ...wantedTags(is), ...(await judgeBytes(source, one, wanted))]
    yield outcomeOf(file, `edit ${one.format} ${exif}`, faults)
    const kept = otherTags(was, left, source, removed.bytes, /^(?:GPS|XMP-exif:GPS|PNG:Exifgps)/iu)
    const bytes = await judgeBytes(source, removed, unwanted)
    yield outcomeOf(file, `edit removes, ${one.format}`, [...kept.faults, ...unwantedTags(left), ...bytes])
  }
}

function outcomeOf(vector: string, kind: string, faults: readonly string[]): VectorOutcome {
  return { vector, kind, outcome: faults.length === 0 ? "passed" : "failed", detail: faults.join("; ") }
}

function isEditable(format: string | undefined): format is Editable {
  return format === "jpeg" || format === "png" || format === "webp"
}

/** A result, or why there is none. */
async function attempt(bytes: Uint8Array, changes: MetadataChanges): Promise<EditResult | string> {
  try {
    return await editMetadata(bytes, changes)
  } catch (error) {
    return error instanceof MetadataError ? `${error.code} (${error.message})` : `untyped: ${String(error)}`
  }
}

async function judgeBytes(
  source: Uint8Array,
  { bytes, format }: EditResult,
  changes: MetadataChanges,
): Promise<readonly string[]> {
  const faults: string[] = []
  if (isEditable(format) && !samePictures(source, bytes, format)) faults.push("the coded picture is another")
  if ((await byLibvips(source, format)) !== (await byLibvips(bytes, format))) faults.push("libvips sees other pixels")
  const again = await attempt(bytes, changes)
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
