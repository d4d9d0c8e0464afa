import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { build } from "vite"
import { findChromium } from "../../../../tools/ensure-chromium.mjs"
import { writeNumberedClip } from "./numbered-clip.ts"

const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" }

/** A page with the recorder, built as an app's bundler builds it, before a camera that shows the numbered clip. */
export interface StoryPage extends AsyncDisposable {
  readonly page: Page
  readonly browser: Browser
  /** A folder for this story's files. */
  readonly folder: string
}

/** @param options.microphone - Whether the browser's settings let the page have it; the camera is always allowed. */
export async function openStoryPage(options: { readonly microphone?: "denied" } = {}): Promise<StoryPage> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), "darkslide-record-"))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const camera = join(folder, "camera.y4m")
  const app = join(folder, "app")
  await Promise.all([writeNumberedClip(camera), buildPage(app)])
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "index.html" : (request.url ?? "").slice(1)
    readFile(join(app, name)).then(
      (bytes) => response.writeHead(200, { "Content-Type": types[extname(name)] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  opened.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  const executablePath = findChromium()
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${camera}`,
      ...(options.microphone === "denied" ? [] : ["--use-fake-ui-for-media-stream"]),
    ],
  })
  opened.defer(() => browser.close())
  const page = await browser.newPage()
  // What is not granted here is denied.
  if (options.microphone === "denied") await page.context().grantPermissions(["camera"])
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => "story" in globalThis)
  const stack = opened.move()
  return { page, browser, folder, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("recorder-page", import.meta.url)),
    resolve: { conditions: ["@darkslide/source", "module", "browser", "production"] },
    worker: { format: "es" },
    build: { outDir, target: "es2023" },
  })
}
