import { parentPort, workerData } from "node:worker_threads"
import { editMetadata } from "../src/edit/edit-metadata.ts"
import { MetadataError } from "../src/errors.ts"
import { readMetadata } from "../src/read/read-metadata.ts"
import { scrubMetadata } from "../src/scrub/scrub-metadata.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { exifSegment, jpegFile } from "../test/fixtures/files.ts"
import { mutateFile, mutateNumbers } from "./mutate.ts"
import type { Progress } from "./mutations.ts"
import { loadSamples } from "./samples.ts"

const policies = ["strict", "share", "gps-only"] as const
const limitMs = 50
const limitBytes = 64 << 20
const { count, seed } = workerData as { readonly count: number; readonly seed: number }
const random = seededRandom(seed)
const { blocks, files } = await loadSamples()
const changes = {
  title: "Fjord",
  artists: ["Zoë"],
  taken: { local: "2021-03-04T05:06:07", offset: "+02:00" },
  location: { latitude: 1.5, longitude: -2.5 },
}
const slowest = { read: 0, scrub: 0, edit: 0 }
let refused = 0
let largest = 0

// Compiled code and tables are no file's doing.
for (const file of files.slice(0, 300)) {
  await attempt(() => readMetadata(file))
  await attempt(() => scrubMetadata(file))
  await attempt(() => editMetadata(file, changes))
}

let bad: string[] = []
for (let run = 0; run < count; run++) {
  const { kind, bytes } = nextInput(run)
  for (const [name, work] of [
    ["read", () => readMetadata(bytes)],
    ["scrub", () => scrubMetadata(bytes, { policy: policies[run % policies.length] })],
    ["edit", () => editMetadata(bytes, run % 2 === 0 ? changes : { ...changes, location: null })],
  ] as const) {
    const problem = await judge(name, work)
    if (problem !== undefined) bad.push(`run ${run}, ${name} of a ${kind} of ${bytes.length} bytes: ${problem}`)
  }
  if (run % 100 === 99) {
    report({ run, bad })
    bad = []
  }
}
report({
  run: count,
  bad,
  summary: [
    `${blocks.length} EXIF blocks and ${files.length} files changed; ${refused} refusals; slowest read ${slowest.read.toFixed(1)} ms, ` +
      `scrub ${slowest.scrub.toFixed(1)} ms, edit ${slowest.edit.toFixed(1)} ms of CPU; most memory ${(largest / (1 << 20)).toFixed(0)} MiB`,
  ],
})

function report(progress: Progress): void {
  parentPort?.postMessage(progress)
}

function nextInput(run: number): { readonly kind: "block" | "file"; readonly bytes: Uint8Array } {
  const pool = run % 31 < 25 ? blocks : files
  const sample = pool[random.below(pool.length)] ?? new Uint8Array(8)
  if (pool === files) return { kind: "file", bytes: mutateFile(sample, files, random) }
  const block = mutateNumbers(sample, random)
  // Half of them in a JPEG, half as a TIFF, which is the same block in a file of its own.
  return { kind: "block", bytes: run % 2 === 0 && block.length < 65_000 ? jpegFile(40, 30, exifSegment(block)) : block }
}

/** What is slow is run twice more, and the fastest counts: a collection of garbage is not the input's doing. */
async function judge(name: keyof typeof slowest, work: () => Promise<unknown>): Promise<string | undefined> {
  let fastest = Infinity
  for (let times = 0; times < 3 && fastest > limitMs / 2; times++) {
    const memory = process.memoryUsage()
    const started = process.threadCpuUsage()
    const problem = await attempt(work)
    const { user, system } = process.threadCpuUsage(started)
    fastest = Math.min(fastest, (user + system) / 1000)
    const after = process.memoryUsage()
    const grown = after.heapUsed + after.arrayBuffers - memory.heapUsed - memory.arrayBuffers
    largest = Math.max(largest, grown)
    if (grown > limitBytes) return `held ${(grown / (1 << 20)).toFixed(0)} MiB`
    if (problem !== undefined) return problem
  }
  slowest[name] = Math.max(slowest[name], fastest)
  return fastest > limitMs ? `took ${fastest.toFixed(0)} ms` : undefined
}

async function attempt(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof MetadataError)) return `threw ${error instanceof Error ? error.stack : String(error)}`
    refused++
  }
  return undefined
}
