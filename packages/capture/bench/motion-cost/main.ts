import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright"
import { build, type Rolldown } from "vite"
import { printRows } from "../../../../tools/bench/bench.ts"
import { findChromium } from "../../../../tools/ensure-chromium.mjs"

/** `pnpm bench motion-cost [--json]`: microseconds of a worker in Chromium for a 720p frame, beside the canvas way. */
export async function benchMotionCost(): Promise<void> {
  const worker = await bundle(fileURLToPath(new URL("worker.ts", import.meta.url)))
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
    const { ours, canvas } = await page.evaluate(
      async () =>
        await new Promise<{ ours: number; canvas: number }>((resolve, reject) => {
          const worker = new Worker("/worker.js", { type: "module" })
          worker.onerror = (event) => reject(new Error(event.message))
          worker.onmessage = ({ data }: MessageEvent<{ ours: number; canvas: number } | { error: string }>) =>
            "error" in data ? reject(new Error(data.error)) : resolve(data)
          worker.postMessage("start")
        }),
    )
    const rows = { ours, peer: canvas, peerName: "drawImage + getImageData", unit: "us for a frame" }
    printRows([{ name: "motion in a 720p frame", ...rows, ratio: canvas / ours, goal: 10 }])
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@darkslide/source", "module", "browser"] },
    build: { write: false, minify: true, target: "esnext", rolldownOptions: { input: entry } },
  })
  const outputs = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[]
  return outputs.flatMap(({ output }) => output.map((file) => (file.type === "chunk" ? file.code : ""))).join("\n")
}
