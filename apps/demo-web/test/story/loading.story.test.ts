import type { Browser } from "playwright"
import { afterAll, beforeAll, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
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

test("a page whose code does not come says so, leaves the others alone, and comes with another try", async () => {
  // The service worker would have it already.
  const here = await freshPage(browser, { ...screens.desktop, serviceWorkers: "block" })
  const { page } = here
  const me = new Visitor(page, server.origin)
  const fetched: string[] = []
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname))
  await me.visit("/sign-in")
  expect(fetched.filter((path) => /-page-.*\.js$/.test(path))).toEqual([])
  await me.createAccount({ handle: "loading", password: "correct horse battery staple" })

  let isGone = true
  await page.route("**/assets/settings-page-*.js", async (route) => await (isGone ? route.abort() : route.continue()))
  const missing = page.getByRole("alert").filter({ hasText: "This page of the app did not come." })
  const settings = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" })
  await settings.click()
  await missing.waitFor()
  await expect.poll(async () => await page.locator("h1").evaluate((h1) => h1 === document.activeElement)).toBe(true)
  await page.getByRole("button", { name: "Try again" }).click()
  await missing.waitFor()
  await me.openLibrary()
  await settings.click()
  await missing.waitFor()
  isGone = false
  await page.getByRole("button", { name: "Try again" }).click()
  await page.getByRole("button", { name: "Sign out" }).waitFor()
  await expect.poll(async () => await page.locator("h1").evaluate((h1) => h1 === document.activeElement)).toBe(true)

  // As after a new deployment: the start page leads to files that are there.
  isGone = true
  await page.reload()
  await me.unlock("correct horse battery staple")
  await missing.waitFor()
  isGone = false
  await page.getByRole("button", { name: "Load the app anew" }).click()
  await me.unlock("correct horse battery staple")
  await page.getByRole("button", { name: "Sign out" }).waitFor()
  await here.close()
})
