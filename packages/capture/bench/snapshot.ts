import { openFfmpegCamera } from "@darkslide/capture/node"
import { median, printRows } from "../../../tools/bench/bench.ts"

const [count, goalMs] = [50, 50]

/** `pnpm bench snapshot [--json]`: milliseconds of a snapshot of a camera that runs, beside opening one for it. */
export async function benchSnapshot(): Promise<void> {
  const opened = performance.now()
  await using camera = await openFfmpegCamera({ source: { kind: "test" } })
  camera.snapshot()
  const cold = performance.now() - opened
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    // Between two, ffmpeg's pictures are taken in as they are in a program at work.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const start = performance.now()
    camera.snapshot()
    times.push(performance.now() - start)
  }
  const ours = median(times)
  const peer = { peer: cold, peerName: "a camera opened for it", unit: "ms for a snapshot" }
  printRows([{ name: `warm snapshot, ${goalMs} ms at most`, ours, ...peer, ratio: goalMs / ours, goal: 1 }])
}
