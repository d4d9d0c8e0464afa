import type { Page } from "playwright"
import type { Soak } from "../../../tools/soak/run-soak.ts"
import { launchChromium } from "../test/media/site/chromium.ts"
import { serveMediaSite } from "../test/media/site/media-site.ts"
import { spread } from "./spread.ts"

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
    const start = performance.now()
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
    console.error(`lifecycles: ${((1000 * totals.lives) / (performance.now() - start)).toFixed(1)} lives a second`)
    return bad + (await leaks(page, Math.min(50, Math.max(5, Math.ceil(count / 200)))))
  } finally {
    await browser.close()
  }
}

/** Streams that a browser sends past the worker, one call each. @returns how many were not stopped. */
async function leaks(page: Page, count: number): Promise<number> {
  const times: number[] = []
  let most = 0
  for (let run = 0; run < count; run++) {
    const { stopped, frames } = await page.evaluate(() => window.leak())
    if (typeof stopped === "number") times.push(stopped)
    else console.error(`lifecycles: induced leak ${run}: ${stopped}, ${frames} frames`)
    most = Math.max(most, frames)
  }
  console.error(
    `lifecycles: ${times.length} of ${count} induced leaks stopped, after ${spread(times, " ms")}; goal 400 ms; ` +
      `at most ${most} frames in clear`,
  )
  return count - times.length
}
