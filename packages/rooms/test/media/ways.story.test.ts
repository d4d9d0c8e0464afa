import { turnCredentials } from "@darkslide/rooms/server"
import { spawnSync } from "node:child_process"
import type { Browser } from "playwright"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { CallOptions } from "../../src/media/join-call.ts"
import type { Unit } from "./call-page.ts"
import { enter, expectAllToSee, expectToHear, expectToSee, gather, kick, told } from "./site/callers-in-pages.ts"
import type { Caller } from "./site/callers-in-pages.ts"
import { launchChromium } from "./site/chromium.ts"
import { startCoturn, type Relay } from "./site/coturn.ts"
import { startJanus, type Janus } from "./site/janus.ts"
import { serveMediaSite, type MediaSite } from "./site/media-site.ts"

const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined

/** How streams get from one to the other. The calls over them are the same. */
const ways = [
  { name: "a mesh", unit: undefined, isRelayed: false, needs: undefined },
  { name: "a mesh through a relay alone", unit: undefined, isRelayed: true, needs: "turnserver" },
  { name: "werift", unit: "site", isRelayed: false, needs: undefined },
  { name: "werift through a relay alone", unit: "site", isRelayed: true, needs: "turnserver" },
  { name: "Janus", unit: "janus", isRelayed: false, needs: "janus" },
] as const

let site: MediaSite
let browser: Browser
let relay: Relay | undefined
let janus: Janus | undefined
const roomsOfJanus: number[] = []
beforeAll(async () => {
  site = await serveMediaSite()
  browser = await launchChromium(["--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"])
  relay = has("turnserver") ? await startCoturn() : undefined
  janus = has("janus") ? await startJanus(8) : undefined
  roomsOfJanus.push(...(janus?.rooms ?? []))
})
afterAll(async () => {
  await browser?.close()
  await janus?.[Symbol.asyncDispose]()
  await relay?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

const ran: string[] = []
afterAll(() => console.info(`The same calls went over ${ran.join(", ")}`))

for (const { name, unit, isRelayed, needs } of ways) {
  const isThere = needs === undefined || has(needs)
  describe.skipIf(!isThere)(`a call over ${name}${needs === undefined ? "" : ` (needs ${needs})`}`, () => {
    let through: Unit | undefined
    let route: CallOptions = {}
    beforeAll(() => {
      ran.push(name)
      if (!isRelayed || !relay) return
      const { urls, username, credential } = turnCredentials({ urls: [relay.url], secret: relay.secret })
      route = { iceServers: [{ urls: [...urls], username, credential }], route: "relay" }
    })
    beforeEach(() => {
      through =
        unit === "janus" && janus ? { url: janus.url, room: roomsOfJanus.shift() ?? 0, pin: janus.pin } : undefined
      if (unit === "site") through = unit
    })

    async function meet(options: CallOptions, ...names: string[]): Promise<readonly Caller[]> {
      const callers = await gather(browser, site.origin, ...names)
      for (const [index, caller] of callers.entries()) await enter(caller, index, through, { ...route, ...options })
      return callers
    }

    test("shows four people each other; one leaves, one comes late, one is kicked", async () => {
      const callers = await meet({ statisticsMs: 200 }, "Ann", "Bo", "Cy", "Di")
      const [ann, bo, cy, di] = callers as [Caller, Caller, Caller, Caller]
      await expectAllToSee(callers)
      const figures = (await ann.page.evaluate(() => window.person.figures())) as { isRelayed?: boolean }[]
      expect(new Set(figures.map((one) => one.isRelayed))).toEqual(new Set([isRelayed]))

      await di.page.evaluate(() => window.person.call?.leave())
      await expect.poll(() => told(ann)).toContain("person_left")
      await expectAllToSee([ann, bo, cy])

      // Who comes late gets a key frame at once, and does not wait for one.
      await enter(di, 3, through, route)
      await expectToSee(di, ann)
      await expectToSee(ann, di)

      await kick(ann, "Cy")
      await expect.poll(() => told(cy)).toContain("ended")
      await expectAllToSee([ann, bo, di])
    })

    // A relay sees no codecs.
    const codecs = isRelayed ? ([] as const) : (["VP8", "VP9", "AV1", "H264"] as const)
    test.for(codecs)("carries %s both ways", async (codec) => {
      const callers = await meet({ codecs: [codec], statisticsMs: 200 }, "Ann", "Bo")
      await expectAllToSee(callers)
      const figures = await callers[0]?.page.evaluate(() => JSON.stringify(window.person.figures()))
      expect(figures).toContain(`video/${codec}`)
    })

    test("carries sound, and none of it while it is muted", async () => {
      const [ann, bo] = (await meet({}, "Ann", "Bo")) as [Caller, Caller]
      await ann.page.evaluate(() => window.person.hum(440))
      await bo.page.evaluate(() => window.person.hum(880))
      await expectToHear(bo, ann, 440)
      await expectToHear(ann, bo, 880)
      await ann.page.evaluate(() => window.person.call?.mute("microphone"))
      await expectToHear(bo, ann, 0)
      await expectToHear(ann, bo, 880)
      await ann.page.evaluate(() => window.person.call?.unmute("microphone"))
      await expectToHear(bo, ann, 440)
    })

    test("carries a screen that is shared later, mutes, and another connection", async () => {
      const [ann, bo] = (await meet({}, "Ann", "Bo")) as [Caller, Caller]
      await expectAllToSee([ann, bo])
      await ann.page.evaluate(() => window.person.shareScreen(60_000))
      await expect.poll(() => bo.page.evaluate(() => window.person.seen("Ann", "screen").length)).toBeGreaterThan(3)
      expect(await bo.page.evaluate(() => window.person.seen("Ann", "screen").every((n) => n > 60_000))).toBe(true)
      await ann.page.evaluate(() => window.person.call?.unshare("screen"))
      await expect.poll(() => told(bo)).toContain("stream_ended")

      await ann.page.evaluate(() => window.person.call?.mute("camera"))
      await expect.poll(() => told(bo)).toContain("muted")
      await ann.page.evaluate(() => window.person.call?.unmute("camera"))
      await expectToSee(bo, ann)

      await ann.page.evaluate(() => window.person.call?.reconnect())
      await expectAllToSee([ann, bo])
    })
  })
}
