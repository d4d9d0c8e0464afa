import type { Soak } from "../../../tools/soak/run-soak.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { launchChromium } from "../test/media/site/chromium.ts"
import { serveMediaSite } from "../test/media/site/media-site.ts"
import type { Losses, Visited } from "./membership-page.ts"
import { spread } from "./spread.ts"

/** Besides the host and the guest: a call of four. */
const others = 2
/** Frames between those who stay that one change may cost, all together. */
const maxLost = 2

/**
 * A guest comes to a call and goes, or is kicked, while nobody closes a connection to it. Bad is a visit in which who came
 * opened a frame from before or who left one from after, and in which a change cost those who stay more than two frames.
 */
export const changeCalls: Soak = async ({ count, seed }) => {
  const random = seededRandom(seed)
  await using site = await serveMediaSite({ page: new URL("./membership-page.ts", import.meta.url) })
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    page.on("pageerror", (error) => console.error(`membership: ${String(error)}`))
    await page.goto(site.origin)
    await page.waitForFunction(() => "visit" in window)
    await page.evaluate((given) => window.gatherWatched(given), others)
    const visits: Visited[] = []
    let bad = 0
    for (let run = 0; run < count; run++) {
      const isKicked = random.below(2) === 0
      const visit = await page.evaluate((given) => window.visit(given), isKicked)
      visits.push(visit)
      const complaints = [...visit.bad]
      for (const [name, losses] of [
        ["coming", visit.joinLosses],
        ["going", visit.leaveLosses],
      ] as const)
        if (costOf(losses, visit.quietLosses) > maxLost) complaints.push(`${name} cost ${JSON.stringify(losses)}`)
      for (const what of complaints) console.error(`membership: call, run ${run}${isKicked ? ", kicked" : ""}: ${what}`)
      if (complaints.length > 0) bad++
    }
    tell(visits)
    return bad
  } finally {
    await browser.close()
  }
}

function tell(visits: readonly Visited[]): void {
  const changes = visits.flatMap(({ joinLosses, leaveLosses }) => [joinLosses, leaveLosses])
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const lines = [
    `who left: ${sum(visits.map(({ later }) => later))} frames still came, tried with its key; who came: ` +
      `${sum(visits.map(({ earlier }) => earlier))} recorded frames from before`,
    `frames lost by those who stay, in each of ${changes.length} changes: ${spread(changes.map(lost))} ` +
      `(${JSON.stringify(totalOf(changes))}); goal 2`,
    `the same where nothing changed: ${spread(visits.map(({ quietLosses }) => lost(quietLosses)))}`,
    `leave to the first frame under the new key: ${spread(
      visits.flatMap(({ leaveToNewKey }) => leaveToNewKey),
      " ms",
    )}; goal 250 ms`,
    `link to the first picture: ${spread(
      visits.flatMap(({ linkToPicture }) => linkToPicture),
      " ms",
    )}; goal p50 800 ms`,
  ]
  for (const line of lines) console.error(`membership: ${line}`)
}

/** On a machine that loses pictures while nothing changes, only what keys cost is counted. */
function costOf(losses: Losses, quiet: Losses): number {
  return lost(quiet) > 0 ? losses.unsealed + losses.unopened : lost(losses)
}

function lost({ unsealed, unopened, unshown }: Losses): number {
  return unsealed + unopened + unshown
}

function totalOf(all: readonly Losses[]): Losses {
  const total = (field: keyof Losses): number => all.reduce((sum, losses) => sum + losses[field], 0)
  return {
    arrived: total("arrived"),
    unsealed: total("unsealed"),
    unopened: total("unopened"),
    unshown: total("unshown"),
  }
}
