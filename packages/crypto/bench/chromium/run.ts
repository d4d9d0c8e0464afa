import type { Page } from "playwright"
import type { BenchRow } from "../../../../tools/bench/bench.ts"
import { chromiumTasks, type ChromiumTask } from "./tasks.ts"
import { openWorkerPage } from "./worker-page.ts"

/** The comparisons in a worker in Chromium. By the clock: a page is told no CPU time. */
export async function chromiumRows(): Promise<BenchRow[]> {
  await using chromium = await openWorkerPage(new URL("worker.ts", import.meta.url))
  const rows: BenchRow[] = []
  for (const task of chromiumTasks) rows.push(await runTask(chromium.page, task))
  return rows
}

async function runTask(page: Page, task: ChromiumTask): Promise<BenchRow> {
  const { ours, peer } = await page.evaluate(
    async (message) =>
      await new Promise<{ ours: number; peer: number }>((resolve, reject) => {
        const worker = new Worker("/worker.js", { type: "module" })
        worker.onerror = (event) => reject(new Error(event.message))
        worker.onmessage = (event: MessageEvent<{ ours: number; peer: number } | { error: string }>) => {
          worker.terminate()
          if ("error" in event.data) reject(new Error(event.data.error))
          else resolve(event.data)
        }
        worker.postMessage(message)
      }),
    task,
  )
  const { name, goal, peerName = "age-encryption" } = task
  return {
    name: `Chromium worker: ${name}`,
    ours,
    peer,
    peerName,
    unit: "MiB per second",
    ratio: ours / peer,
    goal,
  }
}
