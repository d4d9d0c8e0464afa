import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { MetadataError } from "../../src/errors.ts"
import { scrubMetadata, type ScrubResult } from "../../src/scrub/scrub-metadata.ts"
import { leftovers } from "./scrub/allowed-tags.ts"
import { holdsCanary } from "./scrub/canaries.ts"
import { byLibvips, byProgram, facts, openChromium, type Decoder } from "./scrub/decoders.ts"
import { tagsIn, type Tags } from "./scrub/exiftool.ts"

/** Scrubs every image of a folder and judges the results: by planted strings, exiftool, and two decoders. */
export const set: ConformanceSet = { name: "scrub", group: "images", run: scrubFolder }

interface Scrubbed {
  readonly file: string
  readonly source: Uint8Array
  readonly result: ScrubResult
}

async function* scrubFolder(folder: string): AsyncGenerator<VectorOutcome> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\.(?:md|json)$/u.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
  const clean = await mkdtemp(join(tmpdir(), "darkslide-scrubbed-"))
  await using browser = await openChromium()
  try {
    const scrubbed: Scrubbed[] = []
    for (const file of names) {
      const source = new Uint8Array(await readFile(join(folder, file)))
      const result = await attempt(source)
      if (typeof result === "string") yield await judgeRefusal(file, source, result, browser.decode)
      else {
        scrubbed.push({ file, source, result })
        await writeFile(join(clean, file), result.bytes)
      }
    }
    const [before, after] = [await tagsIn(folder), await tagsIn(clean)]
    for (const one of scrubbed) {
      const faults = await judge(one, browser.decode, before.get(one.file) ?? {}, after.get(one.file) ?? {})
      yield {
        vector: one.file,
        kind: `scrub ${one.result.format}`,
        outcome: faults.length === 0 ? "passed" : "failed",
        ...(faults.length === 0 ? {} : { detail: faults.join("; ") }),
      }
    }
  } finally {
    await rm(clean, { recursive: true })
  }
}

/** A result, or the code of a refusal. */
async function attempt(bytes: Uint8Array): Promise<ScrubResult | string> {
  try {
    return await scrubMetadata(bytes)
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
  const again = await attempt(bytes)
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

function orientationOf(tags: Tags): number {
  const value = Number(tags["IFD0:Orientation"] ?? 1)
  return value >= 1 && value <= 8 ? value : 1
}
