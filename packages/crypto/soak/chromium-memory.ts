import { open, mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromium, type Browser, type Page } from "playwright"
import { findChromium } from "../../../tools/ensure-chromium.mjs"
import { bundle } from "../bench/chromium/run.ts"
import type { MemoryTask } from "./chromium/seal-and-open.ts"

const gibibyte = 2 ** 30
const allowedMiB = 64

/**
 * Seals and opens a Blob of 1 GiB as a stream in Chromium, `count` times, and watches the memory of the whole browser. A run
 * is bad when its peak lies more than 64 MiB above what the same page held idle, or a byte is missing. What reading the
 * Blob takes by itself is told beside it: Chromium lets a worker's buffers pile up before it collects them.
 */
export async function chromiumMemory({ count }: { count: number }): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-memory-"))
  const worker = await bundle(new URL("chromium/seal-and-open.ts", import.meta.url))
  const server = createServer((request, response) => {
    const isWorker = request.url === "/worker.js"
    response.writeHead(200, { "Content-Type": isWorker ? "text/javascript" : "text/html" })
    response.end(isWorker ? worker : '<!doctype html><title>memory</title><input type="file">')
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    let bad = 0
    // What the code itself takes is no part of a run: one over a small file warms everything up.
    await work(page, await fileOf(join(folder, "small"), 64 * 2 ** 20), "seal and open")
    const large = await fileOf(join(folder, "large"), gibibyte)
    for (let run = 0; run < count; run++) {
      await page.requestGC()
      const processes = await processesOf(browser)
      const idle = await residentMiB(processes)
      const reading = watchPeak(processes)
      await work(page, large, "read")
      const aboveByReading = (await reading.stop()) - idle
      await page.requestGC()
      const sealing = watchPeak(processes)
      const bytes = await work(page, large, "seal and open")
      const above = (await sealing.stop()) - idle
      console.log(
        `idle ${idle.toFixed(0)} MiB; above it: ${aboveByReading.toFixed(0)} MiB by reading the Blob alone, ` +
          `${above.toFixed(0)} MiB by sealing and opening it`,
      )
      if (above > allowedMiB || bytes !== gibibyte) bad++
    }
    return bad
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  }
}

/** A sparse file: a Blob over it lies on disk, not in the browser. */
async function fileOf(path: string, bytes: number): Promise<string> {
  const file = await open(path, "w")
  await file.truncate(bytes)
  await file.close()
  return path
}

async function work(page: Page, path: string, what: MemoryTask["what"]): Promise<number> {
  await page.locator("input").setInputFiles(path)
  const result = await page.evaluate(
    async (task) =>
      await new Promise<{ bytes: number } | { error: string }>((resolve) => {
        const worker = new Worker("/worker.js", { type: "module" })
        worker.onmessage = (event: MessageEvent<{ bytes: number } | { error: string }>) => {
          worker.terminate()
          resolve(event.data)
        }
        worker.postMessage({ what: task, blob: document.querySelector("input")?.files?.[0] })
      }),
    what,
  )
  if ("error" in result) throw new Error(result.error)
  return result.bytes
}

/** Every process of this browser: what a page keeps, it may have another one keep for it. */
async function processesOf(browser: Browser): Promise<readonly number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send("SystemInfo.getProcessInfo")
  return processInfo.map(({ id }) => id)
}

/** Memory of their own, and what they share among each other counted once for each. */
async function residentMiB(processes: readonly number[]): Promise<number> {
  const sizes = await Promise.all(processes.map(residentKiB))
  return sizes.reduce((sum, size) => sum + size, 0) / 1024
}

async function residentKiB(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8")
    return ["RssAnon", "RssShmem"].reduce(
      (sum, field) => sum + Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0),
      0,
    )
  } catch (error) {
    // A helper process of the browser may have ended since it was listed.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0
    throw error
  }
}

function watchPeak(processes: readonly number[]): { stop(): Promise<number> } {
  let peak = 0
  const sample = async (): Promise<void> => {
    peak = Math.max(peak, await residentMiB(processes))
  }
  const timer = setInterval(() => void sample(), 20)
  return {
    async stop() {
      clearInterval(timer)
      await sample()
      return peak
    },
  }
}
