import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { median, type BenchRow } from "../../../tools/bench/bench.ts"
import type { Pieces } from "./streams.ts"

export type StreamForm = "Web Streams" | "async iterator" | "age-encryption" | "source alone"

export interface StreamCost {
  readonly cpuSeconds: number
  readonly peakMiB: number
}

const program = fileURLToPath(new URL("stream-process.ts", import.meta.url))
const ourForms = ["Web Streams", "async iterator"] as const
const peerName = "age-encryption"

/**
 * A stream of 512 MiB in fresh processes, interleaved: time and peak memory. The peak is mostly arrays that wait to be
 * collected, the source's among them: so it is measured beside reading that source and sealing nothing, and once more
 * with a source that makes no arrays.
 */
export function streamRows(): BenchRow[] {
  const fresh = measure([...ourForms, peerName, "source alone"], "fresh")
  const oneBuffer = measure([...ourForms, peerName], "one buffer")
  const goals = { "Web Streams": 5, "async iterator": 7 }
  return ourForms.flatMap((form) => [
    { ...rateRow(fresh(form), fresh(peerName)), name: `seal 512 MiB, ${form}`, goal: goals[form] },
    { ...memoryRow(fresh(form), fresh(peerName)), name: `peak memory of that, ${form}`, goal: 1 },
    { ...memoryRow(fresh(form), fresh("source alone")), name: `the same, ${form}`, peerName: "the source, not sealed" },
    { ...memoryRow(oneBuffer(form), oneBuffer(peerName)), name: `peak memory of sealing alone, ${form}`, goal: 1 },
  ])
}

/** @returns the median cost of each form over five rounds. */
function measure(forms: readonly StreamForm[], pieces: Pieces): (form: StreamForm) => StreamCost {
  const rounds = Array.from({ length: 5 }, () => new Map(forms.map((form) => [form, run(form, pieces)])))
  return (form) => {
    const costs = rounds.map((round) => round.get(form) as StreamCost)
    return {
      cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
      peakMiB: median(costs.map(({ peakMiB }) => peakMiB)),
    }
  }
}

type Figures = Omit<BenchRow, "name">

function rateRow(ours: StreamCost, peer: StreamCost): Figures {
  const ratio = peer.cpuSeconds / ours.cpuSeconds
  return { ours: 512 / ours.cpuSeconds, peer: 512 / peer.cpuSeconds, peerName, unit: "MiB per CPU second", ratio }
}

function memoryRow(ours: StreamCost, peer: StreamCost): Figures {
  return { ours: ours.peakMiB, peer: peer.peakMiB, peerName, unit: "MiB", ratio: peer.peakMiB / ours.peakMiB }
}

/** Without the condition for sources: what is built is what a program that installs the package runs. */
function run(form: StreamForm, pieces: Pieces): StreamCost {
  return JSON.parse(execFileSync(process.execPath, [program, form, pieces], { encoding: "utf8" })) as StreamCost
}
