import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readMetadata } from "@darkslide/metadata"
import { compare, printRows, type BenchRow } from "../../../tools/bench/bench.ts"
import { testDataFolder } from "../../../tools/conformance/test-data.ts"
import { readWithExifReader } from "../test/agreement/exifreader-facts.ts"
import { readWithExifr } from "../test/agreement/exifr-facts.ts"
import { Peer } from "../test/agreement/peer.ts"
import { exifBlock } from "../test/fixtures/exif-block.ts"
import { exifSegment, jpegFile, pngChunk, pngFile } from "../test/fixtures/files.ts"
import { sampleExif } from "../test/fixtures/sample-exif.ts"

type Read = (bytes: Uint8Array) => Promise<unknown>

/** Everything of every file, from memory, one after the other: ours beside exifr, ExifReader and exiftool. */
export async function readBench(): Promise<void> {
  // ExifReader says what is odd about files.
  console.warn = () => undefined
  const { jpeg, png } = await loadFiles()
  const rows: BenchRow[] = []
  // Long enough for both sides to run as compiled as they get.
  for (const [name, files, peerName, peer, goal, runs] of [
    [`read ${jpeg.length} JPEG`, jpeg, "exifr", readWithExifr, 1.2, 40],
    [`read ${jpeg.length} JPEG`, jpeg, "ExifReader", readWithExifReader, 2, 10],
    [`read ${png.length} PNG`, png, "ExifReader", readWithExifReader, 3, 4],
  ] as const) {
    const row = await compare({
      name,
      runs,
      goal,
      peerName,
      ours: () => readAll(files, readMetadata),
      peer: () => readAll(files, peer),
    })
    rows.push({ ...row, ours: row.ours * files.length, peer: row.peer * files.length, unit: "files per CPU second" })
  }
  const batch = await besideExiftool([...jpeg, ...png])
  if (batch !== undefined) rows.push(batch)
  printRows(rows)
}

async function readAll(files: readonly Uint8Array[], read: Read): Promise<void> {
  for (const file of files) await read(file)
}

/** Files that both peers can read: in threads first, because some hang or kill them. */
async function loadFiles(): Promise<{ readonly jpeg: readonly Uint8Array[]; readonly png: readonly Uint8Array[] }> {
  const jpeg: Uint8Array[] = []
  const png: Uint8Array[] = []
  await using exifr = new Peer("exifr")
  await using exifReader = new Peer("ExifReader")
  for await (const bytes of candidates()) {
    const kind = bytes[0] === 0xff && bytes[1] === 0xd8 ? jpeg : bytes[0] === 0x89 ? png : undefined
    if (kind === undefined || Object.keys(await exifReader.read(bytes)).length === 0) continue
    if (Object.keys(await exifr.read(bytes)).length > 0) kind.push(bytes)
  }
  return { jpeg, png }
}

const robustnessOnly = ["fuzzed", "exiv2-poc", "png-imagetestsuite"]

async function* candidates(): AsyncGenerator<Uint8Array> {
  const folder = join(testDataFolder, "images")
  if (!existsSync(folder)) {
    process.stdout.write("No image sets here: reading built files alone\n")
    const block = exifBlock(sampleExif)
    for (let i = 0; i < 50; i++) yield jpegFile(400 + i, 300, exifSegment(block))
    for (let i = 0; i < 50; i++) yield pngFile(400 + i, 300, pngChunk("eXIf", block))
    return
  }
  for (const set of await readdir(folder, { withFileTypes: true })) {
    if (!set.isDirectory() || robustnessOnly.includes(set.name)) continue
    for (const file of (await readdir(join(folder, set.name))).toSorted())
      if (/\.(?:jpe?g|png)$/iu.test(file)) yield new Uint8Array(await readFile(join(folder, set.name, file)))
  }
}

/** One exiftool process over all files, by the CPU time of child processes. */
async function besideExiftool(files: readonly Uint8Array[]): Promise<BenchRow | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-bench-"))
  try {
    const names = files.map((_, i) => join(folder, String(i)))
    for (const [i, file] of files.entries()) await writeFile(names[i] ?? "", file)
    await writeFile(join(folder, "names"), names.join("\n"))
    const before = childSeconds()
    execFileSync("exiftool", ["-q", "-m", "-fast2", "-n", "-json", "-@", join(folder, "names")], { stdio: "ignore" })
    const peerSeconds = childSeconds() - before
    const start = process.cpuUsage()
    for (let run = 0; run < 20; run++) await readAll(files, readMetadata)
    const { user, system } = process.cpuUsage(start)
    const [ours, peer] = [(20 * files.length) / ((user + system) / 1e6), files.length / peerSeconds]
    const name = `read ${files.length} files`
    return { name, ours, peer, peerName: "exiftool -fast2", unit: "files per CPU second", ratio: ours / peer, goal: 40 }
  } catch (error) {
    process.stdout.write(`Not compared with exiftool: ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Of children that ended: fields 16 and 17 of `/proc/self/stat`, in hundredths of a second. */
function childSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? []
  return (Number(fields[13]) + Number(fields[14])) / 100
}
