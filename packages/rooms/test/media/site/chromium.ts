import { chromium, type Browser, type Page } from "playwright"
import { findChromium } from "../../../../../tools/ensure-chromium.mjs"

/** Without the flag that answers for the person, so that addresses stay hidden in candidates as they are for everybody. */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? findChromium()
  return await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ["--disable-background-networking", "--disable-component-update", "--disable-sync", ...flags],
  })
}

/** A page in a profile of its own. */
export async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(address)
  await page.waitForFunction(() => "person" in window)
  return page
}
