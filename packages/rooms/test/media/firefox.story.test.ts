import { spawnSync } from "node:child_process"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Browser } from "playwright"
import { launchChromium, openPage } from "./site/chromium.ts"
import { startFirefox } from "./site/firefox.ts"
import { serveMediaSite, type MediaSite } from "./site/media-site.ts"

const hasFirefox = spawnSync("firefox-esr", ["--version"]).error === undefined

describe.skipIf(!hasFirefox)("a call between Chromium and Firefox (needs firefox-esr)", () => {
  let site: MediaSite | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    site = await serveMediaSite()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.[Symbol.asyncDispose]()
  })

  test.each(["VP8", "VP9", "AV1"] as const)("carries %s both ways, sealed", async (codec) => {
    if (!site || !browser) throw new Error("not set up")
    const { reports, origin } = site
    const chromium = await openPage(browser, origin)
    const fragment = await chromium.evaluate(() => window.person.create("Chromium"))
    await chromium.evaluate((given) => window.person.enter(0, { codecs: [given], statisticsMs: 500 }), codec)
    const name = `Firefox-${codec}`
    const orders = new URLSearchParams({ fragment, name, watch: "Chromium", start: "20000", codec })
    const firefox = await startFirefox(`${origin}/?${orders.toString()}`)
    onTestFinished(() => firefox[Symbol.asyncDispose]())
    await expect.poll(() => reports.get(name)?.told, { timeout: 60_000 }).toContain("stream")
    const from = await chromium.evaluate(() => window.person.camera!.last())
    // A picture that was painted after this moment.
    await expect.poll(() => Math.max(0, ...(reports.get(name)?.seen ?? [])), { timeout: 60_000 }).toBeGreaterThan(from)
    const last = reports.get(name)!.last
    await expect
      .poll(() => chromium.evaluate((whose) => Math.max(0, ...window.person.seen(whose)), name), { timeout: 60_000 })
      .toBeGreaterThan(last)
    await expect
      .poll(() => chromium.evaluate(() => JSON.stringify(window.person.figures())), { timeout: 60_000 })
      .toContain(`"codec":"video/${codec}"`)
    await chromium.context().close()
  })
})
