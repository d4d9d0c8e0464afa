import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { toBase64Url } from "@darkslide/crypto"
import type { Page } from "playwright"
import type { PageQueueOptions } from "../test/queue/queue-page.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { startChromium, type ChromiumProcess } from "./chromium-process.ts"
import { startDemo, type DemoProcess } from "./demo-process.ts"
import { checkEnd, checkPieces } from "./queue-checks.ts"
import { filesWith } from "./search-profile.ts"
import { startSoakSite, type QueueName, type SoakSite } from "./soak-site.ts"

const queues: readonly QueueName[] = ["tus", "demo"]
const chunkBytes = 64 << 10
/** About how long a small step takes, in milliseconds: how far from it a kill may fall. */
const decisiveMs = 25
const longestDrainMs = 120_000

/**
 * Kills a browser, or its pages only, at random moments while two queues add, upload and acknowledge: one to a plain
 * `@tus/server`, one to the demo server. At the end everything that a queue called safe must have arrived, once.
 * @returns how many of the runs were bad.
 */
export async function queue({ count, seed }: { readonly count: number; readonly seed: number }): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-queue-"))
  const profile = join(folder, "profile")
  const random = seededRandom(seed).next
  const marker = randomBytes(48)
  await using demo = await startDemo(join(folder, "demo"))
  await using site = await startSoakSite(join(folder, "tus"), demo.origin)
  const complaints: string[] = []
  let browser: ChromiumProcess | undefined
  const killed = { browser: 0, tab: 0 }
  try {
    await proveSearch(join(folder, "control"), site.origin, marker)
    for (let run = 1; run <= count; run++) {
      browser ??= await startChromium(profile)
      const tabs = await openTabs(browser, site, demo, random)
      // What the kill cuts off rejects; the queue's own word is what counts.
      const adding = Promise.allSettled(addPhotos(tabs, marker, random))
      await randomMoment(site, random)
      const what = random() < 0.5 ? "browser" : "tab"
      await browser.kill(what)
      if (what === "browser") browser = undefined
      killed[what]++
      site.kills++
      await adding
    }
    browser ??= await startChromium(profile)
    const [tab] = await openTabs(browser, site, demo, () => 1)
    complaints.push(...(await drain(tab)))
    await browser.kill("browser")
    browser = undefined
    complaints.push(...checkPieces(site, chunkBytes), ...(await checkEnd(site, demo)))
    for (const path of await filesWith(profile, marker)) complaints.push(`plain bytes in ${path.slice(profile.length)}`)
  } finally {
    await browser?.kill("browser")
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  for (const complaint of complaints) process.stdout.write(`queue: ${complaint}\n`)
  const safe = queues.map((name) => `${site.committed[name].size} at ${name}`).join(", ")
  process.stdout.write(
    `queue: ${killed.browser} browsers and ${killed.tab} tabs killed; safe: ${safe}; ${site.pieces.length} pieces\n`,
  )
  return Math.min(count, complaints.length)
}

/** One tab or two: in the second case either may be the one that sends. */
async function openTabs(
  browser: ChromiumProcess,
  site: SoakSite,
  demo: DemoProcess,
  random: () => number,
): Promise<readonly [Page, ...Page[]]> {
  const open = async () => {
    const page = await browser.page(site.origin)
    await page.waitForFunction(() => "bench" in window)
    for (const options of optionsFor(demo)) await page.evaluate((each) => window.bench.open(each, true), options)
    return page
  }
  const first = await open()
  return random() < 0.3 ? [first, await open()] : [first]
}

function optionsFor({ accountId, seed, token, recipient }: DemoProcess): readonly PageQueueOptions[] {
  const common = { recipient, chunkBytes, retryMaxMs: 100 }
  return [
    { ...common, name: "tus", endpoint: "/uploads", committedAt: "/committed/tus" },
    {
      ...common,
      ...{ name: "demo", endpoint: "/v1/uploads", committedAt: "/committed/demo", token },
      account: { accountId, seed, token },
    },
  ]
}

function addPhotos(tabs: readonly Page[], marker: Buffer, random: () => number): Promise<string>[] {
  return queues.flatMap((name) =>
    Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
      const tab = tabs[Math.floor(random() * tabs.length)] as Page
      const photo = { bytes: 1000 + Math.floor(random() * 500_000), marker: toBase64Url(marker) }
      return tab.evaluate(([to, each]) => window.bench.enqueue(to, each), [name, photo] as const)
    }),
  )
}

/** While adding, within an upload, or around the last step. */
async function randomMoment(site: SoakSite, random: () => number): Promise<void> {
  const stage = random()
  if (stage < 0.3) return await sleep(random() * 250)
  const pieces = stage < 0.7 ? 1 + Math.floor(random() * 6) : 0
  for (let piece = 0; piece < pieces; piece++) await Promise.race([site.next("upload"), sleep(1000)])
  if (pieces === 0) await Promise.race([site.next("acknowledge"), sleep(3000)])
  await sleep(random() * decisiveMs)
}

/** Lets everything that is left go out. */
async function drain(tab: Page): Promise<readonly string[]> {
  const deadline = Date.now() + longestDrainMs
  for (;;) {
    const left = await tab.evaluate(async () => [
      ...(await window.bench.items("tus")),
      ...(await window.bench.items("demo")),
    ])
    if (left.length === 0) return []
    const failed = left.filter(({ state }) => state === "failed" || state === "expired")
    if (failed.length > 0 || Date.now() > deadline) return left.map((item) => `left over: ${JSON.stringify(item)}`)
    await sleep(100)
  }
}

/** The search must find what is there: a profile in which a page stored the marker as it is, killed the same way. */
async function proveSearch(profile: string, origin: string, marker: Buffer): Promise<void> {
  const browser = await startChromium(profile)
  try {
    const page = await browser.page(origin)
    await page.evaluate(async (text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
      const picture = new Uint8Array(5000)
      picture.set(bytes, 1000)
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open("control")
        request.onupgradeneeded = () => request.result.createObjectStore("bytes")
        request.onsuccess = () => {
          const transaction = request.result.transaction("bytes", "readwrite", { durability: "strict" })
          transaction.objectStore("bytes").put(picture, 1)
          transaction.oncomplete = () => resolve()
          transaction.onabort = () => reject(transaction.error)
        }
      })
    }, marker.toString("base64"))
  } finally {
    await browser.kill("browser")
  }
  if ((await filesWith(profile, marker)).length === 0) throw new Error("The search does not find what a page stored")
}
