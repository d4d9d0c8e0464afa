import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { median, type BenchRow } from "../../../tools/bench/bench.ts"

export type StreamForm = "Web Streams" | "async iterator" | "age-encryption"

export interface StreamCost {
  readonly cpuSeconds: number
  readonly peakMiB: number
}

const program = fileURLToPath(new URL("stream-process.ts", import.meta.url))
const rounds = 3

/** A stream of 512 MiB in fresh processes, interleaved: time by both of our forms, and memory. */
export function streamRows(): BenchRow[] {
  const costs: Record<StreamForm, StreamCost[]> = { "Web Streams": [], "async iterator": [], "age-encryption": [] }
  for (let round = 0; round < rounds; round++)
    for (const form of Object.keys(costs) as StreamForm[]) costs[form].push(run(form))
  const rate = (form: StreamForm) => 512 / median(costs[form].map(({ cpuSeconds }) => cpuSeconds))
  const peak = (form: StreamForm) => median(costs[form].map(({ peakMiB }) => peakMiB))
  const peerName = "age-encryption"
  const timeRow = (form: StreamForm, goal: number): BenchRow => {
    const [ours, peer] = [rate(form), rate(peerName)]
    return { name: `seal 512 MiB, ${form}`, ours, peer, peerName, unit: "MiB per CPU second", ratio: ours / peer, goal }
  }
  const memoryRow = (form: StreamForm): BenchRow => {
    const [ours, peer] = [peak(form), peak(peerName)]
    return { name: `peak memory of that, ${form}`, ours, peer, peerName, unit: "MiB", ratio: peer / ours, goal: 1 }
  }
  return [
    timeRow("Web Streams", 5),
    memoryRow("Web Streams"),
    timeRow("async iterator", 7),
    memoryRow("async iterator"),
  ]
}

function run(form: StreamForm): StreamCost {
  const output = execFileSync(process.execPath, ["--conditions=@darkslide/source", program, form], { encoding: "utf8" })
  return JSON.parse(output) as StreamCost
}
