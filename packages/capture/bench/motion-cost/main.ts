import { printRows } from "../../../../tools/bench/bench.ts"
import { openWorkerPage } from "../../../../tools/bench/worker-page.ts"

/** `pnpm bench motion-cost [--json]`: microseconds of a worker in Chromium for a 720p frame, beside the canvas way. */
export async function benchMotionCost(): Promise<void> {
  await using chromium = await openWorkerPage(new URL("worker.ts", import.meta.url))
  const { ours, canvas } = await chromium.ask<{ ours: number; canvas: number }>("start")
  const rows = { ours, peer: canvas, peerName: "drawImage + getImageData", unit: "us for a frame" }
  printRows([{ name: "motion in a 720p frame", ...rows, ratio: canvas / ours, goal: 10 }])
}
