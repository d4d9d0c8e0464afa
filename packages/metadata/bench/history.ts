import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parseArgs, promisify } from "node:util"
import { openWorkerPage } from "../../../tools/bench/worker-page.ts"
import type { HistoryRun } from "./history-task.ts"

interface Row {
  readonly where: string
  readonly what: string
  readonly ours: number
  readonly most: number
  readonly miniSearch: number
}

const mebibyte = 1 << 20

/** A history of 100,000 records (`--records`): cold open, search and memory in Node and in a worker in Chromium. */
export async function historyBench(): Promise<void> {
  const { values } = parseArgs({
    options: { records: { type: "string", default: "100000" }, json: { type: "boolean", default: false } },
    strict: false,
  })
  const count = Number(values.records)
  const node = await inNode(count)
  const rows = [
    ...rowsOf("Node", node, { p95: 60 }),
    ...rowsOf("Chromium worker", await inChromium(count), { p95: 15 }),
  ]
  if (values.json === true) for (const row of rows) console.log(JSON.stringify(row))
  else console.table(rows)
  const [buffers, sealed] = [node.bufferBytes, node.sealedBytes].map((bytes) => Math.round(bytes / mebibyte))
  console.error(`beside the heap ${buffers} MiB of buffers; sealed at the server ${sealed} MiB`)
}

function rowsOf(where: string, run: HistoryRun, goals: { readonly p95: number }): readonly Row[] {
  const round = (value: number): number => Number(value.toPrecision(3))
  const row = (what: string, ours: number, most: number, miniSearch: number): Row => ({
    where,
    what,
    ours: round(ours),
    most,
    miniSearch: round(miniSearch),
  })
  return [
    row("open to first result, ms", run.openMs + run.firstSearchMs, 1200, run.miniSearchBuildMs),
    row("search p50, ms", run.p50Ms, goals.p95, run.miniSearchP50Ms),
    row("search p95, ms", run.p95Ms, goals.p95, run.miniSearchP95Ms),
    row("heap, MiB", run.heapBytes / mebibyte, 40, run.miniSearchHeapBytes / mebibyte),
  ]
}

async function inNode(count: number): Promise<HistoryRun> {
  const program = fileURLToPath(new URL("history-node.ts", import.meta.url))
  const args = ["--conditions=@darkslide/source", "--expose-gc", program, String(count)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as HistoryRun
}

async function inChromium(count: number): Promise<HistoryRun> {
  const flags = ["--js-flags=--expose-gc", "--enable-precise-memory-info"]
  await using chromium = await openWorkerPage(new URL("chromium/history-worker.ts", import.meta.url), { flags })
  const run = await chromium.ask<HistoryRun>({ count })
  const { heapBytes, miniSearchHeapBytes } = await chromium.askPage<HistoryRun>({ count })
  return { ...run, heapBytes, miniSearchHeapBytes }
}
