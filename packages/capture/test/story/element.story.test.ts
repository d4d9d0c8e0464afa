import type { Browser } from "playwright"
import { afterAll, beforeAll, expect, test } from "vitest"
import { launch, openPage, requestsOf, serveCapturePage, setCamera, type PageServer } from "./capture-page.ts"

let server: PageServer
let browser: Browser

beforeAll(async () => {
  server = await serveCapturePage()
  browser = await launch(["--use-fake-device-for-media-stream"])
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

test("after a denial, a press on the browser's own camera element brings the camera, with no other request", async () => {
  const page = await openPage(browser, server.origin, { camera: "denied" })
  await page.evaluate(() => {
    const element = document.createElement("darkslide-camera")
    element.autostart = true
    document.body.append(element)
  })
  await page.getByRole("alert").getByText("The browser blocks the camera for this page.").waitFor()
  const own = page.locator("darkslide-camera camera")
  await own.waitFor()
  // What the person would answer to the browser's question; headless Chromium shows none.
  await setCamera(page, server.origin, "granted")
  expect(await requestsOf(page)).toBe(1)
  // Chromium takes no press on it in its first half second, against click-jacking: pressed until it answers.
  await expect
    .poll(
      async () => {
        if ((await own.count()) > 0) await own.click({ timeout: 1000 })
        return await page.evaluate(() => document.querySelector("darkslide-camera")?.state)
      },
      { timeout: 20_000, interval: 300 },
    )
    .toBe("live")
  expect(await requestsOf(page)).toBe(2)
})

test("works under a policy that allows neither inline styles nor any trusted type", async () => {
  const page = await openPage(browser, `${server.origin}/strict`, { camera: "granted" })
  const seen = await page.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => violations.push(violatedDirective))
    const element = document.createElement("darkslide-camera")
    document.body.append(element)
    await element.start()
    const photo = await element.takePhoto()
    const video = element.shadowRoot?.querySelector("video")
    return {
      violations,
      width: photo?.width,
      position: video && getComputedStyle(video).position,
      state: element.state,
    }
  })
  expect(seen).toMatchObject({ violations: [], position: "absolute", state: "live" })
  expect(seen.width).toBeGreaterThan(0)
})
