import type { Soak } from "../../../tools/soak/run-soak.ts"
import { launchChromium } from "../test/media/site/chromium.ts"
import { serveMediaSite } from "../test/media/site/media-site.ts"

/** Pairs of connections that live beside each other in the page. */
const lanes = 4
/** Lives that a page has before it is asked again. */
const batch = 40

/**
 * Lives of transceivers in Chromium, each with something that goes across: an early end, another track, a restart, two offers
 * that collide. A frame that went past the worker, or that did not open, makes a life bad; so does one that shows nothing.
 */
export const lifecycles: Soak = async ({ count, seed }) => {
  await using site = await serveMediaSite({ page: new URL("./lifecycles-page.ts", import.meta.url) })
  const browser = await launchChromium(["--autoplay-policy=no-user-gesture-required"])
  try {
    const page = await browser.newPage()
    page.on("pageerror", (error) => console.error(`lifecycles: ${String(error)}`))
    await page.goto(site.origin)
    await page.waitForFunction(() => "live" in window)
    const totals = { lives: 0, passed: 0, repaired: 0 }
    let bad = 0
    while (totals.lives < count) {
      const lives = Math.min(batch, count - totals.lives)
      const options = { count: lives, seed: seed + totals.lives, lanes }
      const result = await page.evaluate((given) => window.live(given), options)
      totals.lives += lives
      totals.passed += result.passed
      totals.repaired += result.repaired
      bad += result.bad.length
      for (const what of result.bad) console.error(`lifecycles: ${what}`)
    }
    console.error(
      `lifecycles: ${totals.passed} frames sealed or opened, ${totals.repaired} streams repaired, in ${totals.lives} lives`,
    )
    return bad
  } finally {
    await browser.close()
  }
}
