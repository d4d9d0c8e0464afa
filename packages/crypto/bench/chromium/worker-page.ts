import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { build } from "vite"
import { findChromium } from "../../../../tools/ensure-chromium.mjs"

/** A page in headless Chromium, served from loopback, with a worker's program at `/worker.js`. */
export interface WorkerPage extends AsyncDisposable {
  readonly browser: Browser
  readonly page: Page
}

/** @param body - HTML of the page. */
export async function openWorkerPage(workerEntry: URL, body = ""): Promise<WorkerPage> {
  const worker = await bundle(workerEntry)
  const server = createServer((request, response) => {
    const isWorker = request.url === "/worker.js"
    response.writeHead(200, { "Content-Type": isWorker ? "text/javascript" : "text/html" })
    response.end(isWorker ? worker : `<!doctype html><title>Darkslide</title>${body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const executablePath = findChromium()
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return {
    browser,
    page,
    async [Symbol.asyncDispose]() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** One file of the worker and all that it imports. */
async function bundle(entry: URL): Promise<string> {
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
