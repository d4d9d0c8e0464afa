import type { BenchRow } from "../../../../tools/bench/bench.ts"
import { openWorkerPage } from "../../../../tools/bench/worker-page.ts"
import { chromiumTasks } from "./tasks.ts"

/** The comparisons in a worker in Chromium. By the clock: a page is told no CPU time. */
export async function chromiumRows(): Promise<BenchRow[]> {
  await using chromium = await openWorkerPage(new URL("worker.ts", import.meta.url))
  const rows: BenchRow[] = []
  for (const task of chromiumTasks) {
    const { ours, peer } = await chromium.ask<{ ours: number; peer: number }>(task)
    const { name, goal, peerName = "age-encryption" } = task
    const figures = { ours, peer, peerName, unit: "MiB per second", ratio: ours / peer, goal }
    rows.push({ name: `Chromium worker: ${name}`, ...figures })
  }
  return rows
}
