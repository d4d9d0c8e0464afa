import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { build } from "vite"

const entry = fileURLToPath(new URL("./page/main.ts", import.meta.url))
/** Two cameras as an allowing person sees them. Other flags are for other machines and other people. */
export const allowed = ["--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream"] as const

const strictPolicy =
  "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'"

/** A server of one page that has the package as `window.capture`. */
export interface PageServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly port: number
}

/**
 * `/` is the page; `/forbidden` the same under a policy without cameras, `/strict` under one that lets only its script
 * load; `/framed` shows it in a frame of another origin (`localhost`) that may not use them.
 */
export async function serveCapturePage(): Promise<PageServer> {
  const script = await bundlePage()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1")
    if (pathname === "/main.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(script)
    response.setHeader("content-type", "text/html; charset=utf-8")
    if (pathname === "/strict") response.setHeader("content-security-policy", strictPolicy)
    if (pathname === "/forbidden") response.setHeader("permissions-policy", "camera=()")
    const content =
      pathname === "/framed"
        ? `<iframe src="http://localhost:${portOf(server.address())}/"></iframe>`
        : '<script type="module" src="/main.js"></script>'
    response.end(`<!doctype html><html lang="en"><title>Capture</title><body>${content}`)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const port = portOf(server.address())
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function launch(flags: readonly string[] = allowed): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"]
  return await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...flags, "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  })
}

/** A page in a fresh profile with the package loaded, in which every call of `getUserMedia` is counted. */
export async function openPage(
  browser: Browser,
  address: string,
  options: { readonly camera?: CameraSetting; readonly before?: () => void } = {},
): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.addInitScript(countRequests)
  if (options.before) await page.addInitScript(options.before)
  if (options.camera) await setCamera(page, new URL(address).origin, options.camera)
  await page.goto(address)
  await page.waitForFunction(() => "capture" in window || frames.length > 0)
  return page
}

export type CameraSetting = "granted" | "denied" | "prompt"

/** The person's answer, as the browser keeps it. `prompt` in a browser without a fake person is a closed question. */
export async function setCamera(
  page: Page,
  origin: string,
  setting: CameraSetting,
  panTiltZoom = false,
): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const permission = panTiltZoom ? { name: "camera", panTiltZoom } : { name: "camera" }
  const { browserContextId = "" } = (await session.send("Target.getTargetInfo")).targetInfo
  await session.send("Browser.setPermission", { permission, setting, origin, browserContextId })
}

export async function requestsOf(page: Page): Promise<number> {
  return await page.evaluate(() => (window as Window & { requests?: number }).requests ?? 0)
}

/** What opening a camera, or what `act` does, is refused with. */
export async function refusalOf(page: Page, options: object = {}): Promise<{ code?: string; hint?: string }> {
  return await page.evaluate(async (given) => {
    try {
      const camera = await window.capture.openCamera(given)
      await camera.close()
      return {}
    } catch (error) {
      if (!(error instanceof window.capture.CaptureError)) throw error
      return { code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) }
    }
  }, options)
}

/** Runs in the page. The real function does the work. */
function countRequests(): void {
  const counted = window as Window & { requests?: number }
  counted.requests = 0
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices }
  if (mediaDevices === undefined) return
  const original = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    counted.requests = (counted.requests ?? 0) + 1
    return await original(constraints)
  }
}

async function bundlePage(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@darkslide/source", "module", "browser", "development|production"] },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      lib: { entry, formats: ["es"], fileName: "main" },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const chunks = outputs.flatMap((one) => ("output" in one ? one.output : []))
  const main = chunks.find((chunk) => chunk.type === "chunk" && chunk.isEntry)
  if (main?.type !== "chunk") throw new Error("Cannot bundle the page: no entry came out")
  return main.code
}

function portOf(address: string | AddressInfo | null): number {
  if (typeof address !== "object" || address === null) throw new Error("The page's server has no port")
  return address.port
}
