import type { Soak } from "../../../tools/soak/run-soak.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { launchChromium } from "../test/media/site/chromium.ts"
import { serveMediaSite } from "../test/media/site/media-site.ts"
import { spread } from "./spread.ts"

/** Besides the host and the guest: a call of four. */
const others = 2

/**
 * People come to a call of four and go, or are kicked, while nobody closes a connection to them: whoever is out must see nothing
 * that was painted after the keys changed. Tells how long it takes from a link to the first picture, and from leaving to new keys.
 */
export const calls: Soak = async ({ count, seed }) => {
  const random = seededRandom(seed)
  await using site = await serveMediaSite(new URL("./calls-page.ts", import.meta.url))
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    page.on("pageerror", (error) => console.error(`calls: ${String(error)}`))
    await page.goto(site.origin)
    await page.waitForFunction(() => "comeAndGo" in window)
    await page.evaluate((given) => window.gather(given), others)
    const [linkToVideo, leaveToNewKey]: [number[], number[]] = [[], []]
    let bad = 0
    for (let run = 0; run < count; run++) {
      const change = await page.evaluate((given) => window.comeAndGo(given), random.below(2) === 0)
      linkToVideo.push(change.linkToVideo)
      leaveToNewKey.push(change.leaveToNewKey)
      bad += change.bad.length
      for (const what of change.bad) console.error(`calls: run ${run}: ${what}`)
    }
    console.error(`calls: link to first picture ${spread(linkToVideo, " ms")}`)
    console.error(`calls: leave to new key ${spread(leaveToNewKey, " ms")}`)
    return bad
  } finally {
    await browser.close()
  }
}
