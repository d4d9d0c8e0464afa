import type { Soak } from "../../../tools/soak/run-soak.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { launchChromium } from "../test/media/site/chromium.ts"
import { serveMediaSite } from "../test/media/site/media-site.ts"
import { spread } from "./spread.ts"

export type CallsVia = "mesh" | "unit"

/** Besides the host and the guest: a call of four. */
const others = 2

/**
 * People come to a call of four and go, or are kicked, while nobody closes a connection to them, nor does the forwarding unit:
 * whoever is out must see nothing that was painted after the keys changed, whoever comes nothing from before. Tells how long
 * it takes from a link to the first picture, and from leaving to new keys.
 */
export async function calls({ count, seed, via }: Parameters<Soak>[0] & { readonly via: CallsVia }): Promise<number> {
  const random = seededRandom(seed)
  await using site = await serveMediaSite({
    page: new URL("./calls-page.ts", import.meta.url),
    unitForgetsNobody: true,
  })
  const browser = await launchChromium(["--allow-loopback-in-peer-connection"])
  try {
    const page = await browser.newPage()
    page.on("pageerror", (error) => console.error(`calls: ${String(error)}`))
    await page.goto(site.origin)
    await page.waitForFunction(() => "comeAndGo" in window)
    await page.evaluate(([given, way]) => window.gather(given, way), [others, via] as const)
    const [linkToVideo, leaveToNewKey]: [number[], number[]] = [[], []]
    let bad = 0
    for (let run = 0; run < count; run++) {
      const change = await page.evaluate((given) => window.comeAndGo(given), random.below(2) === 0)
      linkToVideo.push(change.linkToVideo)
      leaveToNewKey.push(change.leaveToNewKey)
      bad += change.bad.length
      for (const what of change.bad) console.error(`calls: run ${run}: ${what}`)
    }
    console.error(`calls: over ${via === "mesh" ? "a mesh" : "a forwarding unit that forgets nobody"}`)
    console.error(`calls: link to first picture ${spread(linkToVideo, " ms")}`)
    console.error(`calls: leave to new key ${spread(leaveToNewKey, " ms")}`)
    return bad
  } finally {
    await browser.close()
  }
}
