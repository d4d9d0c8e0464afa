import { mkdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import type { Browser, Page } from "playwright"
import { findChromium } from "../../tools/ensure-chromium.mjs"
import { startDemoServer } from "./test/story/demo-server.ts"
import { drawCameras, showLandscape } from "./test/story/drawn-cameras.ts"
import { freshPage, launchChromium, screens } from "./test/story/launch-chromium.ts"
import { shootMeetings } from "./test/story/meeting-scenes.ts"
import { withExif } from "./test/story/talkative-picture.ts"
import { Visitor } from "./test/story/visitor.ts"

/**
 * Writes docs/screenshots: the built app on a real server, at both widths, light and dark. `meetings` after it: only those of
 * rooms and channels.
 */

const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url))
const darkroom = { handle: "darkroom", password: "slow amber lantern" }
const hour = 3_600_000
/** The time on every picture, so that a new run changes only what the app changed. */
const now = Date.UTC(2026, 10, 20, 18, 20)
const clock = { timezoneId: "UTC", locale: "en-GB" } as const

process.env["CHROMIUM_PATH"] ??= findChromium()
await mkdir(folder, { recursive: true })
await using server = await startDemoServer()
const browser = await launchChromium()
try {
  // `screenshots.ts alerts` or `meetings` takes those alone.
  const [, , only] = process.argv
  const wants = (name: string): boolean => only === undefined || only === name
  if (only === undefined) await takeSomePhotos(browser, server.origin)
  for (const screen of ["desktop", "phone"] as const) {
    if (wants("alerts")) await shootAlerts(browser, server.origin, screen)
    if (wants("meetings"))
      await shootMeetings(browser, server.origin, screen, (page, name) => shoot(page, name, screen))
    if (only !== undefined) continue
    await shootPages(browser, server.origin, screen)
    await shootModes(browser, server.origin, screen)
  }
} finally {
  await browser.close()
}

/** An account with some photos of three days. */
async function takeSomePhotos(from: Browser, origin: string): Promise<void> {
  const { page, close } = await freshPage(from, { ...screens.desktop, ...clock })
  await drawCameras(page)
  const visitor = new Visitor(page, origin)
  const start = now - 48 * hour
  await page.clock.setFixedTime(start)
  await visitor.createAccount(darkroom)
  for (const [index, hoursLater] of [1, 15.2, 19.4, 24, 38.5, 41.1, 45.7, 47.6].entries()) {
    await page.clock.setFixedTime(start + hoursLater * hour)
    await showLandscape(page, 3 + 5 * index)
    await visitor.takePhoto()
    await visitor.save()
  }
  await visitor.visit("/library")
  await visitor.unlock(darkroom.password)
  await visitor.photos().nth(2).click()
  await page.getByRole("heading", { name: "Histogram" }).waitFor()
  const buffer = withExif(Buffer.from(await visitor.download()))
  await visitor.openLibrary()
  await page.locator("#files").setInputFiles({ name: "harbour.jpg", mimeType: "image/jpeg", buffer })
  await page.getByText("1 added.").first().waitFor()
  await close()
}

async function shootPages(from: Browser, origin: string, screen: keyof typeof screens): Promise<void> {
  const { page, complaints, close } = await freshPage(from, { ...screens[screen], ...clock })
  await drawCameras(page)
  await page.clock.setFixedTime(now)
  const visitor = new Visitor(page, origin)
  await visitor.visit("/sign-in")
  await page.getByLabel("Handle", { exact: true }).fill(darkroom.handle)
  await shoot(page, "sign-in", screen)
  await visitor.signIn(darkroom)
  await visitor.cameraNames()
  await showLandscape(page, 8)
  await shoot(page, "camera", screen)
  await visitor.openLibrary()
  await visitor.seeThumbnails(9)
  await shoot(page, "library", screen)
  await shootFile(page, visitor, screen)
  await visitor.openSettings()
  await shoot(page, "settings", screen)
  await close()
  // Before the first sign-in the server answers that nobody is signed in; Chromium reports that by itself.
  const unexpected = complaints.filter((complaint) => !/\b401\b|ERR_INTERNET_DISCONNECTED/.test(complaint))
  if (unexpected.length > 0) throw new Error(`The browser complained: ${unexpected.join("; ")}`)
}

/** A photo's page from the facts on, and Search with its filters. */
async function shootFile(page: Page, visitor: Visitor, screen: keyof typeof screens): Promise<void> {
  await visitor.photos().first().click()
  const facts = page.getByRole("heading", { name: "What the file says" })
  await page.getByRole("heading", { name: "Histogram" }).waitFor()
  await facts.scrollIntoViewIfNeeded()
  await facts.evaluate((element) => element.scrollIntoView({ block: "start" }))
  await shoot(page, "details", screen)
  await visitor.openLibrary()
  await page.getByRole("link", { name: "Search", exact: true }).click()
  await page.locator("main a.result img").first().waitFor()
  await page.getByText("Filters", { exact: true }).click()
  await shoot(page, "search", screen)
}

/** A clip that is recorded, a zone that is watched, two cameras at once, and what waits while there is no network. */
async function shootModes(from: Browser, origin: string, screen: keyof typeof screens): Promise<void> {
  const { page, close } = await freshPage(from, { ...screens[screen], ...clock })
  await drawCameras(page)
  const visitor = new Visitor(page, origin)
  await visitor.createAccount({ ...darkroom, handle: `modes-${screen}` })
  await visitor.cameraNames()
  await showLandscape(page, 8)
  await visitor.chooseMode("Clip")
  await page.getByRole("button", { name: "Record", exact: true, disabled: false }).click()
  await page.getByText("0:03", { exact: true }).waitFor()
  await shoot(page, "camera-recording", screen)
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await page.getByRole("link", { name: "View it in the Library" }).waitFor()

  await visitor.chooseMode("Motion")
  await page.getByRole("button", { name: "Watch a zone" }).click()
  const box = await page.getByRole("application").boundingBox()
  if (box === null) throw new Error("There is nothing to draw a zone on")
  for (const [x, y] of [
    [0.2, 0.45],
    [0.85, 0.4],
    [0.9, 0.9],
    [0.15, 0.92],
  ] as const)
    await page.mouse.click(box.x + x * box.width, box.y + y * box.height)
  await shoot(page, "camera-zone", screen)
  await page.getByRole("button", { name: "Finish", exact: true }).click()
  await page.getByRole("button", { name: "Watch for movement" }).click()
  await page.getByText("Nothing moves").waitFor()
  await page.evaluate(() => dispatchEvent(new Event("intruder")))
  await page.getByText("Resting", { exact: false }).waitFor()
  await page.evaluate(() => dispatchEvent(new Event("intruder")))
  await page.getByText("Something moves", { exact: true }).waitFor()
  await shoot(page, "camera-motion", screen)
  await page.getByRole("button", { name: "Stop watching" }).click()

  await visitor.chooseMode("Several")
  await page.locator(".station video").nth(1).waitFor()
  await shoot(page, "camera-several", screen)

  await visitor.chooseMode("Photo")
  await visitor.cameraNames()
  await page.context().setOffline(true)
  await visitor.takePhoto()
  await visitor.save()
  await page.getByRole("region", { name: "Uploads" }).locator("summary").click()
  await page.getByRole("region", { name: "Uploads" }).locator("img").first().waitFor()
  await shoot(page, "queue", screen)
  await page.context().setOffline(false)
  await page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" })
  await visitor.openLibrary()
  await page.locator(".tile img").nth(2).waitFor()
  await shoot(page, "library-clips", screen)
  await close()
}

/** An armed browser's sign-in form, the question after the next login, and the alerts of the day. */
async function shootAlerts(from: Browser, origin: string, screen: keyof typeof screens): Promise<void> {
  const { page, close } = await freshPage(from, { ...screens[screen], ...clock })
  await drawCameras(page)
  const owner = { ...darkroom, handle: `alerts-${screen}` }
  const visitor = new Visitor(page, origin)
  await visitor.createAccount(owner)
  await visitor.visit("/alerts")
  await visitor.unlock(owner.password)
  await page.getByLabel("Mail address", { exact: true }).fill("robin@example.org")
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await page.getByRole("button", { name: "Send a test: Mail, robin@example.org" }).click()
  await page.getByText("The test was handed over.").waitFor()
  await page.getByRole("button", { name: "Keep quiet then" }).click()
  await page.getByRole("button", { name: "No quiet hours" }).waitFor()
  await visitor.openSettings()
  await page.getByRole("button", { name: "Arm this browser" }).click()
  await page.getByRole("button", { name: "Disarm this browser" }).waitFor()
  await page
    .getByRole("heading", { name: "Sentinel" })
    .evaluate((element) => element.scrollIntoView({ block: "start" }))
  await shoot(page, "sentinel", screen)
  await visitor.signOut()
  for (let n = 0; n < 6; n += 1) {
    const photo = n % 3 === 2 ? page.waitForResponse((answer) => answer.url().endsWith("/v1/inbox")) : undefined
    await visitor.trySignIn({ ...owner, password: `wrong ${n}` })
    await page.getByRole("alert").waitFor()
    await photo
  }
  await shoot(page, "sign-in-armed", screen)
  await visitor.signIn(owner)
  await page.getByRole("heading", { name: "Was this you?" }).waitFor()
  await page.locator(".was-it-you img").nth(1).waitFor()
  await shoot(page, "was-it-you", screen)
  await page.getByRole("link", { name: "All alerts" }).click()
  await page.locator(".alert-picture img").nth(1).waitFor()
  await shoot(page, "alerts", screen)
  await page.getByRole("combobox", { name: "What" }).selectOption({ label: "Sentinels" })
  await page.getByRole("button", { name: "Mute", exact: true }).click()
  const rules = page.getByRole("heading", { name: "When you are told" })
  await page.getByRole("button", { name: "Tell me again: Sentinels" }).waitFor()
  await rules.evaluate((element) => element.scrollIntoView({ block: "start" }))
  await shoot(page, "alerts-rules", screen)
  await page
    .getByRole("heading", { name: "Where you are told" })
    .evaluate((element) => element.scrollIntoView({ block: "start" }))
  await shoot(page, "alerts-channels", screen)
  await close()
}

async function shoot(page: Page, name: string, screen: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
    await page.screenshot({ path: `${folder}${name}-${screen}-${colorScheme}.png` })
  }
}
