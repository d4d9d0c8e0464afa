import { mkdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import type { Browser, Page } from "playwright"
import { findChromium } from "../../tools/ensure-chromium.mjs"
import { startDemoServer } from "./test/story/demo-server.ts"
import { drawCameras, showLandscape } from "./test/story/drawn-cameras.ts"
import { freshPage, launchChromium, screens } from "./test/story/launch-chromium.ts"
import { withExif } from "./test/story/talkative-picture.ts"
import { Visitor } from "./test/story/visitor.ts"

/** Writes docs/screenshots: the built app on a real server, at both widths, light and dark. */

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
  await takeSomePhotos(browser, server.origin)
  for (const screen of ["desktop", "phone"] as const) await shootPages(browser, server.origin, screen)
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
  const unexpected = complaints.filter((complaint) => !complaint.includes("401"))
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

async function shoot(page: Page, name: string, screen: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
    await page.screenshot({ path: `${folder}${name}-${screen}-${colorScheme}.png` })
  }
}
