import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { RoomVisitor } from "./room-visitor.ts"
import { Visitor } from "./visitor.ts"

let server: DemoServer
let browser: Browser

beforeAll(async () => {
  server = await startDemoServer()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** What a finger misses: controls under 44 pixels in a direction, and a page that scrolls sideways. */
async function misfits(page: Page, within = "body"): Promise<readonly string[]> {
  return await page.evaluate((place) => {
    const least = 44
    const controls =
      "button, a[href], input, select, textarea, summary, wa-button, wa-select, wa-input, wa-switch, wa-slider"
    const found: string[] = []
    let measured = 0
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide on ${clientWidth}`)
    for (const control of document.querySelector(place)?.querySelectorAll<HTMLElement>(controls) ?? []) {
      if (!control.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      // A link within a sentence is as high as its line: WCAG 2.5.8 leaves it out.
      const isInText = control.matches("a") && getComputedStyle(control).display === "inline"
      if (isInText || control.closest(".visually-hidden")) continue
      // A label is touched for its input, and a wide or high target around a slim one counts.
      const target = control.closest("label") ?? control
      const { width, height, right } = target.getBoundingClientRect()
      if (width === 0 || height === 0) continue
      measured++
      const name = `${control.localName} "${(control.getAttribute("aria-label") ?? target.textContent ?? "").trim().slice(0, 30)}"`
      if (width < least || height < least) found.push(`${name} is ${Math.round(width)} x ${Math.round(height)}`)
      if (right > clientWidth + 0.5) found.push(`${name} ends at ${Math.round(right)}`)
    }
    // The navigation alone has more: fewer would mean that nothing was looked at.
    if (measured < 5) found.push(`only ${measured} controls were there`)
    return found
  }, within)
}

describe("on a phone", () => {
  test("every control of the camera, the uploads and a photo is large enough, and nothing scrolls sideways", async () => {
    const { page, close } = await freshPage(browser, screens.phone)
    const me = new Visitor(page, server.origin)
    await me.createAccount({ handle: "touch", password: "correct horse battery staple" })
    await me.cameraNames()
    const seen: Record<string, readonly string[]> = {}
    seen["Photo"] = await misfits(page)
    await me.chooseMode("Clip")
    await page.getByRole("button", { name: "Record", exact: true, disabled: false }).waitFor()
    seen["Clip"] = await misfits(page)
    await me.chooseMode("Motion")
    await page.getByRole("button", { name: "Watch a zone" }).click()
    seen["Motion, a zone"] = await misfits(page)
    await page.getByRole("button", { name: "Cancel", exact: true }).click()
    await page.getByRole("button", { name: "Watch for movement" }).click()
    await page.getByRole("region", { name: "Why" }).waitFor()
    seen["Motion, watching"] = await misfits(page)
    await page.getByRole("button", { name: "Stop watching" }).click()
    await me.chooseMode("Several")
    await page.locator(".station video").nth(1).waitFor()
    seen["Several"] = await misfits(page)

    await me.chooseMode("Photo")
    await me.cameraNames()
    await page.context().setOffline(true)
    await me.takePhoto()
    seen["Photo, taken"] = await misfits(page)
    const captureId = await me.save()
    const uploads = page.getByRole("region", { name: "Uploads" })
    await uploads.locator("summary").click()
    await uploads.locator("img").first().waitFor()
    seen["Uploads"] = await misfits(page)
    await page.context().setOffline(false)
    await uploads.waitFor({ state: "detached" })
    await me.openLibrary()
    await me.seeThumbnails(1)
    seen["Library"] = await misfits(page)
    await me.openPhoto(captureId)
    await page.getByRole("heading", { name: "Histogram" }).waitFor()
    seen["A photo"] = await misfits(page)
    expect(Object.entries(seen).filter(([, misfit]) => misfit.length > 0)).toEqual([])
    await close()
  })

  test("every control before a call and in it is large enough, and nothing scrolls sideways", async () => {
    const { page, close } = await freshPage(browser, screens.phone)
    await page.context().grantPermissions(["camera", "microphone"])
    const me = new RoomVisitor(page, server.origin)
    await me.create("/rooms", { title: "Kitchen", name: "Ann" })
    const seen: Record<string, readonly string[]> = {}
    await me.button("Camera and microphone…").click()
    await page.getByLabel("Your picture, as a mirror shows it").waitFor()
    await page.getByRole("meter", { name: "Sound level" }).waitFor()
    seen["Before"] = await misfits(page, "darkslide-room-call")
    await me.button("Join the call").click()
    await me.button("Leave call").waitFor()
    await page.getByText("Devices and quality").click()
    seen["In the call"] = await misfits(page, "darkslide-room-call")
    expect(seen).toEqual({ Before: [], "In the call": [] })
    await close()
  })
})
