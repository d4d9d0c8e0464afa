import { parseArgs } from "node:util"

/** One line of a package's table. */
export interface BenchRow {
  readonly name: string
  readonly ours: number
  readonly peer: number
  readonly peerName: string
  readonly unit: string
  /** Above 1, ours is better. */
  readonly ratio: number
  /** The ratio to reach; absent where the row is only told. */
  readonly goal?: number
  /** What ours is to reach, or to stay below, by itself: in the row's unit. */
  readonly atLeast?: number
  readonly atMost?: number
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
const rounds = 5

/** By CPU time of this process, both sides interleaved, the median of five rounds of each. */
export async function compare(comparison: Comparison): Promise<BenchRow> {
  const { name, bytes, runs, goal, peerName, ours, peer } = comparison
  await cpuSeconds(Math.ceil(runs / 4), ours)
  await cpuSeconds(Math.ceil(runs / 4), peer)
  const seconds = { ours: [] as number[], peer: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    seconds.ours.push(await cpuSeconds(runs, ours))
    seconds.peer.push(await cpuSeconds(runs, peer))
  }
  const [oursTakes, peerTakes] = [median(seconds.ours), median(seconds.peer)]
  const byBytes = bytes !== undefined && bytes >= mebibyte
  const amount = byBytes ? (runs * bytes) / mebibyte : runs
  const unit = byBytes ? "MiB per CPU second" : "operations per CPU second"
  return {
    name,
    ours: amount / oursTakes,
    peer: amount / peerTakes,
    peerName,
    unit,
    ratio: peerTakes / oursTakes,
    goal,
  }
}

/** Prints rows as one table; with `--json`, as one object each. */
export function printRows(rows: readonly BenchRow[]): void {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } }, strict: false })
  if (values["json"]) for (const row of rows) console.log(JSON.stringify(row))
  else
    console.table(
      rows.map(({ atLeast, atMost, ...row }) => ({
        ...row,
        ours: short(row.ours),
        peer: short(row.peer),
        ratio: short(row.ratio),
        ...(atLeast !== undefined && { asked: `>= ${atLeast}` }),
        ...(atMost !== undefined && { asked: `<= ${atMost}` }),
      })),
    )
}

/** Runs a package's comparisons one after the other and prints their table. */
export async function runBench(comparisons: readonly Comparison[]): Promise<void> {
  const rows: BenchRow[] = []
  for (const comparison of comparisons) rows.push(await compare(comparison))
  printRows(rows)
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
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
