import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { build } from "vite"
import { findChromium } from "../ensure-chromium.mjs"

/** A worker in headless Chromium, on a page that is served from loopback. */
export interface WorkerPage extends AsyncDisposable {
  readonly browser: Browser
  readonly page: Page
  /** Sends one message, which can be cloned, to a new worker that answers by `answerMessages`. */
  ask<Result>(message: unknown): Promise<Result>
  /** Loads the worker's program into the page instead, and calls the `answer` that it leaves there. */
  askPage<Result>(message: unknown): Promise<Result>
}

/**
 * Its program is at `/worker.js`.
 * @param options.body - HTML of the page.
 * @param options.flags - Of Chromium's command line.
 */
export async function openWorkerPage(
  workerEntry: URL,
  { body = "", flags = [] }: { readonly body?: string; readonly flags?: readonly string[] } = {},
): Promise<WorkerPage> {
  const worker = await bundle(workerEntry)
  const server = createServer((request, response) => {
    const isWorker = request.url === "/worker.js"
    response.writeHead(200, { "Content-Type": isWorker ? "text/javascript" : "text/html" })
    response.end(isWorker ? worker : `<!doctype html><title>Darkslide</title>${body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const executablePath = findChromium()
  const browser = await chromium.launch({
    args: [...flags],
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return {
    browser,
    page,
    async ask<Result>(message: unknown) {
      const answer = await page.evaluate(
        async (message) =>
          await new Promise<{ result: unknown } | { error: string }>((resolve, reject) => {
            const worker = new Worker("/worker.js", { type: "module" })
            worker.onerror = (event) => reject(new Error(event.message))
            worker.onmessage = (event: MessageEvent<{ result: unknown } | { error: string }>) => {
              worker.terminate()
              resolve(event.data)
            }
            worker.postMessage(message)
          }),
        message,
      )
      if ("error" in answer) throw new Error(answer.error)
      return answer.result as Result
    },
    async askPage<Result>(message: unknown) {
      return (await page.evaluate(async (message) => {
        const program: string = "/worker.js"
        await import(program)
        const { answer } = globalThis as typeof globalThis & { readonly answer: (message: unknown) => Promise<unknown> }
        return await answer(message)
      }, message)) as Result
    },
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
