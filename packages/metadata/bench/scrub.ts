import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { scrubMetadata } from "@darkslide/metadata"
import { compare, median, printRows, type BenchRow } from "../../../tools/bench/bench.ts"
import { testDataFolder } from "../../../tools/conformance/test-data.ts"
import { photograph } from "./images.ts"

const batchRounds = 3
const passes = 10

/** Scrubbing beside a bare copy, and beside one exiftool process over a batch of JPEGs. */
export async function scrubBench(): Promise<void> {
  const photo = new Uint8Array(await photograph())
  const copied = await compare({
    name: `scrub a photo of ${(photo.length / 1e6).toFixed(1)} MB`,
    bytes: photo.length,
    runs: 50,
    goal: 0.3,
    peerName: "a bare copy",
    ours: async () => await scrubMetadata(photo),
    peer: async () => await Promise.resolve(copyOf(photo)),
  })
  printRows([copied, ...(await batchRows())])
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return copy
}

/** Ours from memory to memory, as a library works; exiftool reads and writes files, and its start counts once. */
async function batchRows(): Promise<readonly BenchRow[]> {
  const files = await scrubbable()
  if (files.length === 0) {
    console.log(`scrub: no JPEGs under ${testDataFolder}; set DARKSLIDE_TESTDATA for the row beside exiftool`)
    return []
  }
  const photos = await Promise.all(files.map(async (file) => new Uint8Array(await readFile(file))))
  const ours: number[] = []
  const theirs: number[] = []
  const out = await mkdtemp(join(tmpdir(), "darkslide-scrub-bench-"))
  try {
    for (let round = 0; round <= batchRounds; round++) {
      const start = process.cpuUsage()
      for (let pass = 0; pass < passes; pass++) for (const photo of photos) await scrubMetadata(photo)
      const { user, system } = process.cpuUsage(start)
      const seconds = exiftoolSeconds(files, join(out, String(round)))
      // The first round warms both up.
      if (round === 0) continue
      ours.push((user + system) / 1e6 / passes)
      theirs.push(seconds)
    }
    const written = await readdir(join(out, "1"), { recursive: true })
    if (written.length < files.length * 0.9)
      throw new Error(`exiftool wrote ${written.length} of ${files.length} files`)
  } finally {
    await rm(out, { recursive: true })
  }
  const [oursTakes, peerTakes] = [median(ours), median(theirs)]
  return [
    {
      name: `scrub ${files.length} JPEGs`,
      ours: files.length / oursTakes,
      peer: files.length / peerTakes,
      peerName: "exiftool -all=, one process",
      unit: "files per CPU second",
      ratio: peerTakes / oursTakes,
      goal: 15,
    },
  ]
}

/** JPEGs of the test data that are scrubbed and not refused. */
async function scrubbable(): Promise<readonly string[]> {
  const root = join(testDataFolder, "images")
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const files: string[] = []
  for (const entry of entries) {
    if (!entry.isFile() || !/\.jpe?g$/iu.test(entry.name) || /poc|crash|fuzz/iu.test(entry.parentPath + entry.name))
      continue
    const file = join(entry.parentPath, entry.name)
    if (await scrubs(new Uint8Array(readFileSync(file)))) files.push(file)
  }
  return files.toSorted()
}

async function scrubs(bytes: Uint8Array): Promise<boolean> {
  try {
    await scrubMetadata(bytes)
    return true
  } catch {
    // A refused file is no part of the batch, on either side.
    return false
  }
}

/** CPU seconds of one exiftool process, by the shell's `times`, which counts the children of the shell. */
function exiftoolSeconds(files: readonly string[], out: string): number {
  const script = 'exiftool -q -q -m -all= -o "$OUT/%d%f-%c.%e" -@ - >/dev/null 2>&1; times'
  const text = execFileSync("/bin/bash", ["-c", script], {
    input: files.join("\n"),
    encoding: "utf8",
    env: { ...process.env, OUT: out },
  })
  const [, children = ""] = text.trim().split("\n")
  return [...children.matchAll(/(\d+)m([\d.]+)s/gu)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  )
}
