import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { median, type BenchRow } from "../../../tools/bench/bench.ts"
import { testDataFolder } from "../../../tools/conformance/test-data.ts"

const batchRounds = 3
const passes = 10

interface ExiftoolBatch {
  readonly name: string
  readonly ours: (bytes: Uint8Array) => Promise<unknown>
  /** What exiftool is told to change, for a shell. */
  readonly peer: string
  readonly peerName: string
  readonly goal: number
}

/**
 * A row beside one exiftool process over the JPEGs of the test data. Ours works from memory to memory, as a library does;
 * exiftool reads and writes files, and its start counts once.
 */
export async function exiftoolBatch({
  name,
  ours: work,
  peer,
  peerName,
  goal,
}: ExiftoolBatch): Promise<readonly BenchRow[]> {
  const files = await accepted(work)
  if (files.length === 0) {
    console.log(`${name}: no JPEGs under ${testDataFolder}; set DARKSLIDE_TESTDATA for the row beside exiftool`)
    return []
  }
  const photos = await Promise.all(files.map(async (file) => new Uint8Array(await readFile(file))))
  const ours: number[] = []
  const theirs: number[] = []
  const out = await mkdtemp(join(tmpdir(), "darkslide-batch-bench-"))
  try {
    for (let round = 0; round <= batchRounds; round++) {
      const start = process.cpuUsage()
      for (let pass = 0; pass < passes; pass++) for (const photo of photos) await work(photo)
      const { user, system } = process.cpuUsage(start)
      const seconds = exiftoolSeconds(peer, files, join(out, String(round)))
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
      name: `${name} ${files.length} JPEGs`,
      ours: files.length / oursTakes,
      peer: files.length / peerTakes,
      peerName,
      unit: "files per CPU second",
      ratio: peerTakes / oursTakes,
      goal,
    },
  ]
}

/** JPEGs of the test data that are not refused. */
async function accepted(work: ExiftoolBatch["ours"]): Promise<readonly string[]> {
  const root = join(testDataFolder, "images")
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const files: string[] = []
  for (const entry of entries) {
    if (!entry.isFile() || !/\.jpe?g$/iu.test(entry.name) || /poc|crash|fuzz/iu.test(entry.parentPath + entry.name))
      continue
    const file = join(entry.parentPath, entry.name)
    if (await accepts(work, new Uint8Array(readFileSync(file)))) files.push(file)
  }
  return files.toSorted()
}

async function accepts(work: ExiftoolBatch["ours"], bytes: Uint8Array): Promise<boolean> {
  try {
    await work(bytes)
    return true
  } catch {
    // A refused file is no part of the batch, on either side.
    return false
  }
}

/** CPU seconds of one exiftool process, by the shell's `times`, which counts the children of the shell. */
function exiftoolSeconds(changes: string, files: readonly string[], out: string): number {
  const script = `exiftool -q -q -m ${changes} -o "$OUT/%d%f-%c.%e" -@ - >/dev/null 2>&1; times`
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
