import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { MetadataError, readMetadata, type ImageMetadata } from "@darkslide/metadata"
import { imageMetadataSchema } from "@darkslide/metadata/schema"
import sharp from "sharp"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { ourFacts } from "../agreement/ours.ts"
import { Peer } from "../agreement/peer.ts"
import { Score, scoreTable } from "../agreement/score.ts"
import { scoredFormat, truth, type Expected, type Facts, type ScoredFormat } from "../agreement/truth.ts"

/** Sets of files that are broken on purpose: they are read for robustness, and their values are not scored. */
const robustnessOnly = new Set(["fuzzed", "exiv2-poc", "png-imagetestsuite"])

const ours = new Score("@darkslide/metadata")
const theirs = [new Score("exifr"), new Score("ExifReader")]
const deviations: string[] = []
const sizes: string[] = []

/**
 * Reads every file of a folder: each must give metadata or a typed error. Its values are compared with exiftool's, which
 * stand in `expected.json`; all folders together are judged at the end, beside exifr and ExifReader.
 */
export const set: ConformanceSet = {
  name: "read",
  group: "images",
  async *run(folder) {
    const expected = await readExpected(folder)
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== "README.md" && entry.name !== "expected.json")
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
    await using exifr = new Peer("exifr")
    await using exifReader = new Peer("ExifReader")
    for (const file of files) {
      const name = file.slice(folder.length + 1)
      const bytes = new Uint8Array(await readFile(file))
      const { outcome, read } = await readOne(name, bytes)
      yield outcome
      const known = expected.get(name)
      const format = known === undefined ? undefined : scoredFormat(known)
      if (known === undefined || format === undefined || robustnessOnly.has(basename(folder))) continue
      const facts = truth(known, format)
      await score(`${basename(folder)}/${name}`, format, facts, read, bytes)
      for (const [i, peer] of [exifr, exifReader].entries()) theirs[i]?.add(format, facts, await peer.read(bytes))
    }
  },
  async *summarize() {
    const judge = (vector: string, reached: boolean, detail: string): VectorOutcome => ({
      vector,
      kind: "agreement",
      outcome: reached ? "passed" : "failed",
      detail,
    })
    yield judge("all values >= 99 %", ours.percent() >= 99, `${ours.percent().toFixed(2)} %`)
    for (const format of ours.formats)
      yield judge(`${format} >= 98 %`, ours.percent(format) >= 98, `${ours.percent(format).toFixed(2)} %`)
    yield judge("dimensions of all decodable files", sizes.length === 0, sizes.join(", "))
  },
  report: () => [...scoreTable([ours, ...theirs]), `${deviations.length} deviations of ours:`, ...deviations],
}

async function readExpected(folder: string): Promise<ReadonlyMap<string, Expected>> {
  const file = join(folder, "expected.json")
  if (!existsSync(file)) return new Map()
  const entries = JSON.parse(await readFile(file, "utf8")) as readonly Expected[]
  return new Map(entries.map((entry) => [String(entry["SourceFile"]), entry]))
}

async function readOne(
  vector: string,
  bytes: Uint8Array,
): Promise<{ readonly outcome: VectorOutcome; readonly read: ImageMetadata | undefined }> {
  try {
    const read = await readMetadata(bytes)
    const { success, error } = imageMetadataSchema.safeParse(read)
    if (success) return { outcome: { vector, kind: read.format, outcome: "passed" }, read }
    return { outcome: { vector, kind: "schema", outcome: "failed", detail: error.message }, read }
  } catch (error) {
    const typed = error instanceof MetadataError
    const kind = typed ? error.code : "untyped error"
    return {
      outcome: { vector, kind, outcome: typed ? "passed" : "failed", detail: String(error) },
      read: undefined,
    }
  }
}

async function score(
  name: string,
  format: ScoredFormat,
  expected: Facts,
  read: ImageMetadata | undefined,
  bytes: Uint8Array,
): Promise<void> {
  const found = read === undefined ? {} : ourFacts(read)
  const wrong = ours.add(format, expected, found)
  for (const fact of wrong) deviations.push(`  ${name}: ${fact}: ${shown(expected[fact])}, read ${shown(found[fact])}`)
  if (wrong.some((fact) => fact === "width" || fact === "height") && (await decodable(bytes))) sizes.push(name)
}

function shown(value: Facts[string] | undefined): string {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

async function decodable(bytes: Uint8Array): Promise<boolean> {
  try {
    await sharp(bytes, { failOn: "error" }).raw().toBuffer()
    return true
  } catch {
    // libvips refuses it: nobody sees a picture of any size.
    return false
  }
}
