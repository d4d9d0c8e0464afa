import { turnCredentials } from "@darkslide/rooms/server"
import { spawnSync } from "node:child_process"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser, Page } from "playwright"
import type { PersonStatistics } from "../../src/media/statistics.ts"
import type { CallOptions } from "../../src/media/join-call.ts"
import { launchChromium, openPage } from "./site/chromium.ts"
import { startCoturn, type Relay } from "./site/coturn.ts"
import { serveMediaSite, type MediaSite } from "./site/media-site.ts"

const hasCoturn = spawnSync("turnserver", ["--version"]).error === undefined

describe.skipIf(!hasCoturn)("a call through a relay alone (needs coturn)", () => {
  let site: MediaSite | undefined
  let relay: Relay | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    site = await serveMediaSite()
    relay = await startCoturn()
    browser = await launchChromium(["--allow-loopback-in-peer-connection"])
  })
  afterAll(async () => {
    await browser?.close()
    await relay?.[Symbol.asyncDispose]()
    await site?.[Symbol.asyncDispose]()
  })

  async function meet(isKnown: boolean): Promise<[Page, Page]> {
    if (!site || !relay || !browser) throw new Error("not set up")
    const secret = isKnown ? relay.secret : "not the secret of the relay"
    const { urls, username, credential } = turnCredentials({ urls: [relay.url], secret })
    const iceServers = [{ urls: [...urls], username, credential }]
    const options: CallOptions = { iceServers, route: "relay", statisticsMs: 200 }
    const [ann, bo] = [await openPage(browser, site.origin), await openPage(browser, site.origin)]
    const fragment = await ann.evaluate(() => window.person.create("Ann"))
    await bo.evaluate((link) => window.person.join("Bo", link), fragment)
    await ann.evaluate((given) => window.person.enter(0, given), options)
    await bo.evaluate((given) => window.person.enter(20_000, given), options)
    return [ann, bo]
  }

  test("shows both each other's pictures, and neither the other's address", async () => {
    const [ann, bo] = await meet(true)
    const seen = async (page: Page, name: string): Promise<number> =>
      await page.evaluate((whose) => window.person.seen(whose).length, name)
    await expect.poll(() => seen(ann, "Bo")).toBeGreaterThan(10)
    await expect.poll(() => seen(bo, "Ann")).toBeGreaterThan(10)
    expect(await ann.evaluate(() => window.person.seen("Bo").every((number) => number > 20_000))).toBe(true)
    const figures = (await ann.evaluate(() => window.person.figures())) as readonly PersonStatistics[]
    expect(figures.at(-1)).toMatchObject({ isRelayed: true })
  })

  test("does not come about with a wrong credential", async () => {
    const [ann] = await meet(false)
    await expect.poll(() => ann.evaluate(() => window.person.told())).toContain("stream")
    expect(await ann.evaluate(() => window.person.seen("Bo"))).toEqual([])
  })
})
