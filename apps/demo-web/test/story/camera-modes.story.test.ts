import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { writeMovingClip } from "./moving-clip.ts"
import { Visitor, type VisitorCredentials } from "./visitor.ts"

const password = "correct horse battery staple"

let folder: string
let server: DemoServer
let browser: Browser
let movingBrowser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-modes-"))
  server = await startDemoServer()
  browser = await launchChromium()
  const clip = join(folder, "moving.y4m")
  await writeMovingClip(clip)
  movingBrowser = await launchChromium(clip)
})

afterAll(async () => {
  await browser?.close()
  await movingBrowser?.close()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function newcomer(handle: string, from: Browser = browser) {
  const fresh = await freshPage(from, screens.desktop)
  const visitor = new Visitor(fresh.page, server.origin)
  const credentials: VisitorCredentials = { handle, password }
  await visitor.createAccount(credentials)
  await visitor.cameraNames()
  return { ...fresh, visitor, credentials }
}

/** In a browser that knows nothing but the password. */
async function elsewhere(credentials: VisitorCredentials) {
  const fresh = await freshPage(browser, screens.desktop)
  const visitor = new Visitor(fresh.page, server.origin)
  await visitor.signIn(credentials)
  await visitor.openLibrary()
  return { ...fresh, visitor }
}

/** Records until that many seconds show. */
async function record(page: Page, seconds: number): Promise<void> {
  await page.getByRole("button", { name: "Record", exact: true, disabled: false }).click()
  await expect
    .poll(async () => Number((await page.getByRole("timer").innerText()).split(":").at(-1)), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(seconds)
}

/** Seeks to nine tenths of the clip, and says how long it is. */
async function seek(page: Page): Promise<{ duration: number; at: number; wanted: number }> {
  await page.locator("video").waitFor()
  return await page.locator("video").evaluate(async (video: HTMLVideoElement) => {
    if (video.readyState === 0) await new Promise((resolve) => video.addEventListener("loadedmetadata", resolve))
    const seeked = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }))
    const wanted = video.duration * 0.9
    video.currentTime = wanted
    await seeked
    return { duration: video.duration, at: video.currentTime, wanted }
  })
}

describe("clips", () => {
  test("one with the seconds before is saved as one capture, and plays and seeks in another browser", async () => {
    const me = await newcomer("clips")
    await me.visitor.chooseMode("Clip")
    await me.page.getByLabel("Seconds before").selectOption({ label: "Keep the last 2 s" })
    const ready = await me.page.evaluate(() => performance.now())
    await me.page.getByRole("button", { name: "Record", exact: true, disabled: false }).waitFor()
    await me.page.waitForFunction((since) => performance.now() - since > 4000, ready)
    await record(me.page, 6)
    await me.page.getByRole("button", { name: "Stop", exact: true }).click()
    await me.page.getByRole("link", { name: "View it in the Library" }).waitFor({ timeout: 60_000 })

    const there = await elsewhere(me.credentials)
    const clips = there.page.locator("main").getByRole("link", { name: /^Clip, .*, 0:/ })
    await clips.first().waitFor()
    expect(await there.page.locator("main .tile").count()).toBe(1)
    await clips.first().click()
    const { duration, at, wanted } = await seek(there.page)
    expect(duration).toBeGreaterThanOrEqual(8)
    expect(at).toBeGreaterThanOrEqual(wanted - 0.001)
    expect([...me.complaints, ...there.complaints].filter((text) => !/\b401\b/.test(text))).toEqual([])
    await Promise.all([me.close(), there.close()])
  })

  test("one whose settings change while it is being made ready leaves no worker behind", async () => {
    const me = await newcomer("hasty")
    await me.visitor.chooseMode("Clip")
    for (const label of ["Keep the last 2 s", "Keep the last 5 s", "Keep the last 10 s", "Keep the last 30 s"])
      await me.page.getByLabel("Seconds before").selectOption({ label })
    await me.page.getByRole("button", { name: "Record", exact: true, disabled: false }).waitFor()
    await expect.poll(() => me.page.workers().length).toBe(1)
    await me.visitor.chooseMode("Photo")
    await expect.poll(() => me.page.workers().length).toBe(0)
    expect(me.complaints.filter((text) => !/\b401\b/.test(text))).toEqual([])
    await me.close()
  })

  test("one whose tab is killed stays in parts, and becomes one capture again", async () => {
    const me = await newcomer("killed")
    await me.visitor.chooseMode("Clip")
    await record(me.page, 11)
    await me.page.close({ runBeforeUnload: false })

    const there = await elsewhere(me.credentials)
    const again = await me.page.context().newPage()
    const back = new Visitor(again, server.origin)
    await back.visit("/library")
    await back.unlock(password)
    await again.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" })
    await back.openCamera()
    await back.openLibrary()
    const cut = again.getByRole("link", { name: /^Recording that was cut, .* parts$/ })
    await cut.click()
    await again.getByRole("button", { name: "Join the recording" }).click()
    // The clip that took their place is no part of anything.
    await expect
      .poll(() => again.getByRole("button", { name: "Join the recording" }).count(), { timeout: 20_000 })
      .toBe(0)
    expect((await seek(again)).duration).toBeGreaterThanOrEqual(7)

    await there.visitor.openCamera()
    await there.visitor.openLibrary()
    await there.page.getByRole("link", { name: /^Clip, / }).waitFor()
    expect(await there.page.locator("main .tile").count()).toBe(1)
    await Promise.all([me.close(), there.close()])
  })
})

describe("motion mode", () => {
  test("saves what moves", async () => {
    const me = await newcomer("motion", movingBrowser)
    await me.visitor.chooseMode("Motion")
    await me.page.getByRole("button", { name: "Watch for movement" }).click()
    await me.page.getByRole("region", { name: "Why" }).waitFor()
    await me.page.getByText("1 capture saved").waitFor({ timeout: 60_000 })
    await me.page.getByRole("button", { name: "Stop watching" }).click()

    const there = await elsewhere(me.credentials)
    await there.visitor.seeThumbnails(1)
    expect([...me.complaints, ...there.complaints].filter((text) => !/\b401\b/.test(text))).toEqual([])
    await Promise.all([me.close(), there.close()])
  })
})

describe("motion mode with clips", () => {
  test("saves a clip of what moves, with the seconds before", async () => {
    const me = await newcomer("motion-clip", movingBrowser)
    await me.visitor.chooseMode("Motion")
    await me.page.getByLabel("When it moves").selectOption("clip")
    await me.page.getByLabel("Seconds before").selectOption({ label: "Keep the last 2 s" })
    await me.page.getByRole("button", { name: "Watch for movement" }).click()
    await me.page.getByText("1 capture saved").waitFor({ timeout: 60_000 })
    await me.page.getByRole("button", { name: "Stop watching" }).click()
    await me.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" })

    const there = await elsewhere(me.credentials)
    await there.page.getByRole("link", { name: /^Clip, / }).click()
    const { duration, at, wanted } = await seek(there.page)
    expect(duration).toBeGreaterThan(2)
    expect(at).toBeGreaterThanOrEqual(wanted - 0.001)
    expect([...me.complaints, ...there.complaints].filter((text) => !/\b401\b/.test(text))).toEqual([])
    await Promise.all([me.close(), there.close()])
  })
})

describe("several cameras", () => {
  test("show side by side, and each takes its own photo", async () => {
    const me = await newcomer("several")
    await me.visitor.chooseMode("Several")
    const photos = me.page.getByRole("button", { name: /^Photo \S/ })
    await expect.poll(() => photos.count(), { timeout: 20_000 }).toBe(2)
    for (const photo of await photos.all()) await photo.click()
    await expect.poll(() => me.page.getByText("Photo sealed.", { exact: true }).count(), { timeout: 20_000 }).toBe(2)

    const there = await elsewhere(me.credentials)
    await expect
      .poll(
        async () => {
          await there.visitor.openCamera()
          await there.visitor.openLibrary()
          await there.visitor.photos().nth(1).waitFor({ timeout: 5_000 })
          return await there.visitor.photos().count()
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(2)
    expect([...me.complaints, ...there.complaints].filter((text) => !/\b401\b/.test(text))).toEqual([])
    await Promise.all([me.close(), there.close()])
  })
})
