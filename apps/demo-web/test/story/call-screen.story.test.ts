import type { Browser, BrowserContext, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { numberedCamera } from "../../../../packages/rooms/test/media/numbered-pictures.ts"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { numberShown } from "./numbered-cameras.ts"
import { RoomVisitor } from "./room-visitor.ts"

const title = "The tab that is shown"
let server: DemoServer
let browser: Browser

beforeAll(async () => {
  server = await startDemoServer()
  // Chooses this tab in the browser's own dialog, as a person would.
  browser = await launchChromium(undefined, [`--auto-select-tab-capture-source-by-title=${title}`], "real")
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** A tab with pictures that carry their numbers, from 30,000 on, from edge to edge. */
async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.setContent(`<!doctype html><title>${title}</title><style>*{margin:0}canvas{width:100vw}</style><body>`)
  await page.addScriptTag({
    content: `{
      const bits = 16
      const create = document.createElement.bind(document)
      document.createElement = (name) => document.body.appendChild(create(name))
      ;(${numberedCamera.toString()})(30_000, { width: 960 })
    }`,
  })
  return page
}

interface Person {
  readonly visitor: RoomVisitor
  readonly page: Page
}

async function arrive(): Promise<Person> {
  const { page } = await freshPage(browser, screens.desktop)
  await page.context().grantPermissions(["camera", "microphone"])
  return { page, visitor: new RoomVisitor(page, server.origin) }
}

describe("a screen in a call", () => {
  test("is seen by the other, large, until the browser ends it", async () => {
    const [ann, bo] = [await arrive(), await arrive()]
    await ann.visitor.create("/rooms", { title: "Kitchen", name: "Ann" })
    await bo.visitor.open(await ann.visitor.link("Invitation"))
    await bo.visitor.join({ name: "Bo" })
    await bo.visitor.inside()
    await ann.visitor.joinCall()
    await bo.visitor.joinCall()
    const tile = bo.visitor.tile("Ann")
    await tile.locator("video:not([data-covered])").waitFor()

    const tab = await openTab(ann.page.context())
    await ann.page.bringToFront()
    await ann.visitor.button("Share screen").click()
    await ann.visitor.button("Stop sharing").waitFor()
    const screen = bo.page.locator(".call-tile.screen")
    await screen.waitFor()
    const shown = async (): Promise<number> => (await numberShown(bo.page, ".call-tile.screen video")) ?? 0
    await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(30_000)
    const before = await shown()
    await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(before)
    expect(await shown()).toBeLessThan(40_000)
    const [large, small] = [await screen.boundingBox(), await tile.boundingBox()]
    expect(large?.width).toBeGreaterThan(3 * (small?.width ?? Infinity))

    // As by its own bar: the track ends, and nobody asked this page.
    await tab.close()
    await ann.visitor.button("Share screen").waitFor()
    await screen.waitFor({ state: "detached" })
    const pictures = await bo.visitor.pictureCount("Ann")
    await expect.poll(() => bo.visitor.pictureCount("Ann"), { timeout: 30_000 }).toBeGreaterThan(pictures + 5)

    // Once more, and ended by oneself.
    await openTab(ann.page.context())
    await ann.page.bringToFront()
    await ann.visitor.button("Share screen").click()
    await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(30_000)
    await ann.visitor.button("Stop sharing").click()
    await screen.waitFor({ state: "detached" })
    for (const { page } of [ann, bo]) await page.context().close()
  })

  test("is shared by nobody who says no", async () => {
    const ann = await arrive()
    await ann.page.addInitScript(() => {
      navigator.mediaDevices.getDisplayMedia = async () => {
        throw new DOMException("Permission denied by user", "NotAllowedError")
      }
    })
    await ann.visitor.create("/rooms", { title: "Kitchen", name: "Ann" })
    await ann.visitor.joinCall()
    await ann.visitor.button("Share screen").click()
    await ann.visitor.button("Share screen").waitFor()
    expect(await ann.page.locator(".notice").count()).toBe(0)
    await ann.page.context().close()
  })
})
