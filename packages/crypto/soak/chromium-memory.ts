import { open, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright"
import { openWorkerPage } from "../../../tools/bench/worker-page.ts"
import type { MemoryTask } from "./chromium/seal-and-open.ts"

const gibibyte = 2 ** 30
const allowedMiB = 64

/**
 * Seals and opens a Blob of 1 GiB as a stream in Chromium, `count` times, and watches the memory of the whole browser. A run
 * is bad when its peak lies more than 64 MiB above what the same page held idle, or a byte is missing. What reading the
 * Blob takes by itself is told beside it: Chromium lets a stream's buffers pile up before it collects them.
 */
export async function chromiumMemory({ count }: { count: number }): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-memory-"))
  try {
    const large = await fileOf(join(folder, "large"), gibibyte)
    const program = new URL("chromium/seal-and-open.ts", import.meta.url)
    await using chromium = await openWorkerPage(program, { body: '<input type="file">' })
    const { browser, page } = chromium
    const processes = await processesOf(browser)
    // What code, heap and allocators of a page grow to once is told apart, and is part of the idle page from then on.
    const first = await peakAboveIdle(page, processes, () => work(page, large, "seal and open"))
    console.log(`the first time: ${first.aboveMiB.toFixed(0)} MiB above a page that has done nothing yet`)
    let bad = 0
    for (let run = 0; run < count; run++) {
      const sealing = await peakAboveIdle(page, processes, () => work(page, large, "seal and open"))
      const reading = await peakAboveIdle(page, processes, () => work(page, large, "read"))
      console.log(
        `above idle (${sealing.idleMiB.toFixed(0)} MiB): ${sealing.aboveMiB.toFixed(0)} MiB by sealing and opening the ` +
          `Blob, ${reading.aboveMiB.toFixed(0)} MiB by reading its stream alone`,
      )
      if (sealing.aboveMiB > allowedMiB || sealing.result !== gibibyte) bad++
    }
    return bad
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function peakAboveIdle(
  page: Page,
  processes: readonly number[],
  run: () => Promise<number>,
): Promise<{ readonly result: number; readonly idleMiB: number; readonly aboveMiB: number }> {
  await page.requestGC()
  const idleMiB = await residentMiB(processes)
  const peak = watchPeak(processes)
  const result = await run()
  return { result, idleMiB, aboveMiB: (await peak.stop()) - idleMiB }
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
