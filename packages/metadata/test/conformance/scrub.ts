import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { MetadataError } from "../../src/errors.ts"
import { scrubMetadata, type ScrubResult } from "../../src/scrub/scrub-metadata.ts"
import type { ScrubPolicy } from "../../src/scrub/format-scrubber.ts"
import { leftovers } from "./scrub/allowed-tags.ts"
import { holdsCanary } from "./scrub/canaries.ts"
import { byLibvips, byProgram, facts, openChromium, type Decoder } from "./scrub/decoders.ts"
import { tagsIn, type Tags } from "./scrub/exiftool.ts"

/** Scrubs every image of a folder and judges the results: by planted strings, exiftool, and two decoders. */
export const set: ConformanceSet = { name: "scrub", group: "images", run: scrubFolder, report }

/** Files by what became of them, such as `scrub jpeg` or `refused METADATA_MALFORMED`. */
const outcomes = new Map<string, string[]>()

function report(): readonly string[] {
  return [...outcomes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, files]) => {
      const names = kind.startsWith("refused") ? `: ${files.join(", ")}` : ""
      return `scrub: ${files.length} ${kind}${names}`
    })
}

interface Scrubbed {
  readonly file: string
  readonly source: Uint8Array
  readonly result: ScrubResult
  /** By `gps-only`. */
  readonly other: ScrubResult | string
}

async function* scrubFolder(folder: string): AsyncGenerator<VectorOutcome> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\.(?:md|json)$/u.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
  const strict = await mkdtemp(join(tmpdir(), "darkslide-scrubbed-"))
  const placeless = await mkdtemp(join(tmpdir(), "darkslide-placeless-"))
  await using browser = await openChromium()
  try {
    const scrubbed: Scrubbed[] = []
    for (const file of names) {
      const source = new Uint8Array(await readFile(join(folder, file)))
      const result = await attempt(source, "strict")
      const kind = typeof result === "string" ? `refused ${result}` : `scrub ${result.format}`
      outcomes.set(kind, [...(outcomes.get(kind) ?? []), `${basename(folder)}/${file}`])
      if (typeof result === "string") yield await judgeRefusal(file, source, result, browser.decode)
      else {
        const other = await attempt(source, "gps-only")
        scrubbed.push({ file, source, result, other })
        await writeFile(join(strict, file), result.bytes)
        if (typeof other !== "string") await writeFile(join(placeless, file), other.bytes)
      }
    }
    const [before, after, without] = [await tagsIn(folder), await tagsIn(strict), await tagsIn(placeless)]
    const none: Tags = {}
    for (const one of scrubbed) {
      const { file } = one
      const faults = await judge(one, browser.decode, before.get(file) ?? none, after.get(file) ?? none)
      yield outcomeOf(file, `scrub ${one.result.format}`, faults)
      yield outcomeOf(file, "scrub gps-only", await judgePlaceless(one, without.get(file) ?? none))
    }
  } finally {
    await rm(strict, { recursive: true })
    await rm(placeless, { recursive: true })
  }
}

function outcomeOf(vector: string, kind: string, faults: readonly string[]): VectorOutcome {
  return { vector, kind, outcome: faults.length === 0 ? "passed" : "failed", detail: faults.join("; ") }
}

/** A result, or the code of a refusal. */
async function attempt(bytes: Uint8Array, policy: ScrubPolicy): Promise<ScrubResult | string> {
  try {
    return await scrubMetadata(bytes, { policy })
  } catch (error) {
    return error instanceof MetadataError ? error.code : `untyped: ${String(error)}`
  }
}

/** Refusing is right for what no decoder shows, and for formats that cannot be scrubbed without decoding them. */
async function judgeRefusal(file: string, bytes: Uint8Array, code: string, chromium: Decoder): Promise<VectorOutcome> {
  const base = { vector: file, kind: `refused ${code}` }
  if (code === "METADATA_UNSUPPORTED" || code === "METADATA_UNKNOWN_FORMAT") return { ...base, outcome: "passed" }
  if (!code.startsWith("METADATA_")) return { ...base, outcome: "failed", detail: code }
  const shown = await chromium(bytes, "")
  return shown === undefined
    ? { ...base, outcome: "passed" }
    : { ...base, outcome: "failed", detail: "Chromium shows it" }
}

async function judge({ source, result }: Scrubbed, chromium: Decoder, before: Tags, after: Tags): Promise<string[]> {
  const { bytes, format } = result
  const faults: string[] = []
  if (Object.keys(after).length === 0) faults.push("exiftool says nothing of it")
  if (holdsCanary(bytes)) faults.push("a planted string is left")
  const left = leftovers(after)
  if (left.length > 0) faults.push(`exiftool finds ${left.slice(0, 8).join(", ")}`)
  const again = await attempt(bytes, "strict")
  if (typeof again === "string" || Buffer.compare(again.bytes, bytes) !== 0) faults.push("a second scrub changes it")
  const still = ["jpeg", "png", "webp", "gif", "avif"].includes(format)
  for (const [name, decode] of still
    ? [["libvips", byLibvips] as const, ["Chromium", chromium] as const]
    : [["program", byProgram] as const])
    if ((await decode(source, format)) !== (await decode(bytes, format))) faults.push(`${name} sees other pixels`)
  if (!still) return faults
  const [was, is] = [await facts(source), await facts(bytes)]
  if (was?.icc !== is?.icc) faults.push("the ICC profile is another")
  if (was?.orientation !== is?.orientation) faults.push(`orientation ${was?.orientation} became ${is?.orientation}`)
  if (["jpeg", "png", "webp"].includes(format) && orientationOf(before) !== orientationOf(after))
    faults.push(`orientation ${orientationOf(before)} became ${orientationOf(after)} by exiftool`)
  return faults
}

/** `gps-only`: exiftool finds no place, libvips the same pixels. */
async function judgePlaceless({ source, other }: Scrubbed, tags: Tags): Promise<string[]> {
  if (typeof other === "string") return [other]
  const faults: string[] = []
  const places = Object.keys(tags).filter((key) => location.test(key) && !notLocation.test(key))
  if (places.length > 0) faults.push(`exiftool finds ${places.slice(0, 8).join(", ")}`)
  const again = await attempt(other.bytes, "gps-only")
  if (typeof again === "string" || Buffer.compare(again.bytes, other.bytes) !== 0)
    faults.push("a second scrub changes it")
  if ((await byLibvips(source, other.format)) !== (await byLibvips(other.bytes, other.format)))
    faults.push("libvips sees other pixels")
  return faults
}

const location = /GPS|Latitude|Longitude|Altitude|Location|:City$|:State$|:Country|Province/iu
/** Where in the picture or in the file, and where the light of an effect comes from; not on earth. */
const notLocation = /SubjectLocation|GlobalAltitude|Subject_?Location|AFPoint|:LocationCode$/iu

function orientationOf(tags: Tags): number {
  const value = Number(tags["IFD0:Orientation"] ?? 1)
  return value >= 1 && value <= 8 ? value : 1
}
