import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { chromium, type Browser, type BrowserContext, type Page } from "playwright"
import { findChromium } from "../../../tools/ensure-chromium.mjs"

/** A browser with a profile on disk, which can be killed: whole, or only the processes of its pages. */
export interface ChromiumProcess {
  page(address: string): Promise<Page>
  /** Processes that were ended. Resolves once none of them is left. */
  kill(what: "browser" | "tab"): Promise<number>
}

export async function startChromium(profile: string): Promise<ChromiumProcess> {
  const child = spawn(
    findChromium() ?? "chromium",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-default-browser-check"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  )
  const browser = await chromium.connectOverCDP(await debuggerOf(child))
  return {
    async page(address) {
      const context = browser.contexts()[0] ?? (await browser.newContext())
      return await openPage(context, address, 3)
    },
    async kill(what) {
      if (what === "tab") return await killRenderers(browser)
      const ended = once(child, "exit")
      process.kill(-(child.pid ?? Number.NaN), "SIGKILL")
      await ended
      await gone(profile)
      return 1
    },
  }
}

/** A new page may be given to a process that was killed a moment ago, and dies with it: then another one is opened. */
async function openPage(context: BrowserContext, address: string, tries: number): Promise<Page> {
  try {
    const page = await context.newPage()
    await page.goto(address)
    return page
  } catch (error) {
    if (tries <= 1 || !(error instanceof Error) || !/crashed|closed/i.test(error.message)) throw error
    return await openPage(context, address, tries - 1)
  }
}

async function debuggerOf(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error("Chromium has no output")
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /^DevTools listening on (ws:\S+)$/.exec(line)?.[1]
    if (address !== undefined) {
      // Whatever it says later must not fill the pipe.
      child.stderr.resume()
      return address
    }
  }
  throw new Error("Chromium did not start")
}

async function killRenderers(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send("SystemInfo.getProcessInfo")
  const renderers = processInfo.filter(({ type }) => type === "renderer")
  for (const { id } of renderers) process.kill(id, "SIGKILL")
  await session.detach()
  for (const context of browser.contexts()) await Promise.all(context.pages().map((page) => page.close()))
  return renderers.length
}

/** The next browser must not find the last one's processes at its profile. */
async function gone(profile: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (execFileSync("ps", ["-eo", "args"], { encoding: "utf8", maxBuffer: 1 << 24 }).includes(profile)) {
    if (Date.now() > deadline) throw new Error("Chromium's processes do not end")
    await sleep(20)
  }
}
