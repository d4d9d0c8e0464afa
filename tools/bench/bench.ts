import { parseArgs } from "node:util"

/** One line of a package's table. Rates are by CPU time of this process: what else the machine does matters less. */
export interface BenchRow {
  readonly name: string
  readonly ours: number
  readonly peer: number
  readonly peerName: string
  readonly unit: "MiB per CPU second" | "operations per CPU second"
  /** Above 1, ours is better. */
  readonly ratio: number
  readonly goal: number
}

export interface Comparison {
  readonly name: string
  /** What one run handles; absent where only operations count. */
  readonly bytes?: number
  readonly runs: number
  /** The ratio to reach. */
  readonly goal: number
  readonly peerName: string
  readonly ours: () => Promise<unknown>
  readonly peer: () => Promise<unknown>
}

const mebibyte = 1 << 20

/** Interleaves both sides, and takes the best of three of each: what a busy machine adds is never less. */
export async function compare(comparison: Comparison): Promise<BenchRow> {
  const { name, bytes, runs, goal, peerName, ours, peer } = comparison
  await cpuSeconds(Math.ceil(runs / 4), ours)
  await cpuSeconds(Math.ceil(runs / 4), peer)
  const best = { ours: Infinity, peer: Infinity }
  for (let round = 0; round < 3; round++) {
    best.ours = Math.min(best.ours, await cpuSeconds(runs, ours))
    best.peer = Math.min(best.peer, await cpuSeconds(runs, peer))
  }
  const byBytes = bytes !== undefined && bytes >= mebibyte
  const amount = byBytes ? (runs * bytes) / mebibyte : runs
  const unit = byBytes ? "MiB per CPU second" : "operations per CPU second"
  return {
    name,
    ours: amount / best.ours,
    peer: amount / best.peer,
    peerName,
    unit,
    ratio: best.peer / best.ours,
    goal,
  }
}

/** Runs a package's comparisons one after the other and prints one table; with `--json`, one object for each row. */
export async function runBench(comparisons: readonly Comparison[]): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } })
  const rows: BenchRow[] = []
  for (const comparison of comparisons) rows.push(await compare(comparison))
  if (values.json) for (const row of rows) console.log(JSON.stringify(row))
  else
    console.table(
      rows.map((row) => ({ ...row, ours: short(row.ours), peer: short(row.peer), ratio: short(row.ratio) })),
    )
}

async function cpuSeconds(runs: number, work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  for (let run = 0; run < runs; run++) await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

function short(value: number): number {
  return Number(value.toPrecision(3))
}
