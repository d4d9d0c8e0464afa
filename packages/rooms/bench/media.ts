// `bench:media [--seconds S] [--rounds N]`: a picture of 1280 by 720 from one end to the other, sealed and as a browser sends it by
// itself, in turns. CPU is that of the whole browser.
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { median, printRows, type BenchRow } from "../../../tools/bench/bench.ts"
import { launchChromium } from "../test/media/site/chromium.ts"
import { serveMediaSite } from "../test/media/site/media-site.ts"
import type { Measured } from "./media-page.ts"

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "6" }, rounds: { type: "string", default: "3" } },
  strict: false,
})
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]

/** CPU seconds of all processes below this one. */
function cpuOfChildren(): number {
  const children = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/u.test(entry))) {
    const fields = fieldsOf(name)
    if (!fields) continue
    const [pid, parent] = [Number(name), Number(fields[1])]
    children.set(parent, [...(children.get(parent) ?? []), pid])
    ticks.set(pid, Number(fields[11]) + Number(fields[12]))
  }
  const sum = (pid: number): number =>
    (children.get(pid) ?? []).reduce((total, child) => total + (ticks.get(child) ?? 0) + sum(child), 0)
  return sum(process.pid) / 100
}

/** Of /proc/<pid>/stat, from the state on. */
function fieldsOf(pid: string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  } catch {
    // It ended meanwhile.
    return undefined
  }
}

type Run = Measured & { readonly cores: number }

await using site = await serveMediaSite({ page: new URL("media-page.ts", import.meta.url) })
const browser = await launchChromium()
const page = await browser.newPage()
await page.goto(site.origin)
await page.waitForFunction(() => "begin" in window)

async function measure(isSealed: boolean): Promise<Run> {
  await page.evaluate((sealed) => window.begin(sealed), isSealed)
  // Until the encoder has found its rate.
  await sleep(3000)
  const before = cpuOfChildren()
  const measured = await page.evaluate((given) => window.measure(given), seconds)
  const cores = (cpuOfChildren() - before) / seconds
  await page.evaluate(() => window.end())
  return { ...measured, cores }
}

const runs = { sealed: [] as Run[], plain: [] as Run[] }
for (let round = 0; round < rounds; round++) {
  runs.plain.push(await measure(false))
  runs.sealed.push(await measure(true))
}
await browser.close()

function row(name: string, unit: string, pick: (run: Run) => number, isMoreBetter: boolean, goal?: number): BenchRow {
  const [ours, peer] = [median(runs.sealed.map(pick)), median(runs.plain.map(pick))]
  const ratio = isMoreBetter ? ours / peer : peer / ours
  return { name, ours, peer, peerName: "without encryption", unit, ratio, ...(goal !== undefined && { goal }) }
}

printRows([
  row("pictures at 720p", "a second", (run) => run.framesPerSecond, true, 0.98),
  row("CPU of the browser for a picture", "ms", (run) => (1000 * run.cores) / run.framesPerSecond, false, 1 / 1.15),
  row("paint to picture, median", "ms", (run) => run.p50, false),
  row("paint to picture, p95", "ms", (run) => run.p95, false),
])
