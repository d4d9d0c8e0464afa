import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Page } from "playwright"
import { build } from "vite"
import type { BenchRow } from "../../../../tools/bench/bench.ts"
import { findChromium } from "../../../../tools/ensure-chromium.mjs"
import { chromiumTasks, type ChromiumTask } from "./tasks.ts"

/** The comparisons in a worker in Chromium. By the clock: a page is told no CPU time. */
export async function chromiumRows(): Promise<BenchRow[]> {
  const worker = await bundle(new URL("worker.ts", import.meta.url))
  const server = createServer((request, response) => {
    const isWorker = request.url === "/worker.js"
    response.writeHead(200, { "Content-Type": isWorker ? "text/javascript" : "text/html" })
    response.end(isWorker ? worker : "<!doctype html><title>bench</title>")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const rows: BenchRow[] = []
    for (const task of chromiumTasks) rows.push(await runTask(page, task))
    return rows
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
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

/** One file of the worker and all that it imports. */
export async function bundle(entry: URL): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@darkslide/source", "module", "browser", "production"] },
    build: { write: false, target: "es2023", lib: { entry: fileURLToPath(entry), formats: ["es"] } },
  })
  const [first] = Array.isArray(output) ? output : [output]
  const chunk = first && "output" in first ? first.output[0] : undefined
  if (chunk?.type !== "chunk") throw new Error("Vite gave no worker")
  return chunk.code
}
