import type { Browser } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
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

describe("a photo without a network", () => {
  for (const [screen, options] of Object.entries(screens)) {
    test(`is kept over a reload and arrives by itself, on a ${screen}`, async () => {
      const credentials = { handle: `offline-${screen}`, password: "correct horse battery staple" }
      const here = await freshPage(browser, options)
      const me = new Visitor(here.page, server.origin)
      const uploads = here.page.getByRole("region", { name: "Uploads" })
      await me.createAccount(credentials)
      await me.cameraNames()

      await here.page.context().setOffline(true)
      await me.takePhoto()
      const captureId = await me.save()
      await uploads.getByText("You are offline.").waitFor()
      await me.openLibrary()
      await me.seeThumbnails(1)
      await here.page.getByText("Waiting to upload").waitFor()
      await me.openPhoto(captureId)
      const picture = await me.download()
      expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])

      // Nothing of the page is left but what the browser keeps on disk; the network is back, the keys are locked.
      await here.page.goto("about:blank")
      await here.page.context().setOffline(false)
      await me.visit("/library")
      await here.page.getByRole("heading", { level: 1, name: "Locked" }).waitFor()

      const elsewhere = await freshPage(browser, options)
      const again = new Visitor(elsewhere.page, server.origin)
      await again.signIn(credentials)
      await expect
        .poll(
          async () => {
            await again.openCamera()
            await again.openLibrary()
            return await again.countPhotos()
          },
          { timeout: 30_000, interval: 500 },
        )
        .toBe(1)
      await again.openPhoto(captureId)
      expect(Buffer.compare(await again.download(), picture)).toBe(0)

      await me.unlock(credentials.password)
      await me.seeThumbnails(1)
      await uploads.waitFor({ state: "detached" })
      const expected = /\b401\b|ERR_INTERNET_DISCONNECTED/
      expect([...here.complaints, ...elsewhere.complaints].filter((text) => !expected.test(text))).toEqual([])
      await Promise.all([here.close(), elsewhere.close()])
    })
  }

  test("is sent by Background Sync when no page of the app is open", async () => {
    const credentials = { handle: "offline-sync", password: "correct horse battery staple" }
    const here = await freshPage(browser, screens.desktop)
    const me = new Visitor(here.page, server.origin)
    await me.createAccount(credentials)
    await me.cameraNames()
    await here.page.evaluate(() => navigator.serviceWorker.ready)
    const devtools = await here.page.context().newCDPSession(here.page)
    const registered = new Promise<string>((resolve) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        for (const { registrationId, scopeURL } of registrations)
          if (scopeURL.startsWith(server.origin)) resolve(registrationId)
      })
    })
    await devtools.send("ServiceWorker.enable")
    const registrationId = await registered

    await here.page.context().setOffline(true)
    await me.takePhoto()
    const captureId = await me.save()
    await here.page.goto("about:blank")
    await here.page.context().setOffline(false)
    const { origin } = server
    await devtools.send("ServiceWorker.dispatchSyncEvent", {
      origin,
      registrationId,
      tag: "uploads",
      lastChance: false,
    })

    const elsewhere = await freshPage(browser, screens.desktop)
    const again = new Visitor(elsewhere.page, origin)
    await again.signIn(credentials)
    await expect
      .poll(
        async () => {
          await again.openCamera()
          await again.openLibrary()
          return await again.countPhotos()
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(1)
    await again.openPhoto(captureId)
    expect(here.page.url()).toBe("about:blank")
    await Promise.all([here.close(), elsewhere.close()])
  })

  test("is taken after a reload, by an app that is still there, and arrives", async () => {
    const credentials = { handle: "offline-reload", password: "correct horse battery staple" }
    const here = await freshPage(browser, screens.phone)
    const me = new Visitor(here.page, server.origin)
    await me.createAccount(credentials)
    await here.page.evaluate(() => navigator.serviceWorker.ready)

    await here.page.context().setOffline(true)
    await here.page.goto("about:blank")
    await me.visit("/camera")
    await here.page.getByRole("heading", { level: 1, name: "Locked" }).waitFor()
    await here.page.getByRole("link", { name: "Take photos without unlocking" }).click()
    await me.cameraNames()
    await me.takePhoto()
    const captureId = await me.save()
    await here.page.getByText("Sealed and kept on this device.", { exact: false }).first().waitFor()

    await here.page.context().setOffline(false)
    await here.page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached", timeout: 60_000 })
    const elsewhere = await freshPage(browser, screens.desktop)
    const again = new Visitor(elsewhere.page, server.origin)
    await again.signIn(credentials)
    await again.openLibrary()
    await again.openPhoto(captureId)
    expect([...(await again.download()).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    const kept = await here.page.evaluate(async () => {
      const caught = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
      return caught.flat().map(({ url }) => new URL(url).pathname)
    })
    expect(kept).toContain("/")
    expect(kept.filter((path) => !/^\/(assets\/[^/]+|[a-z0-9-]+\.(svg|png|webmanifest))?$/.test(path))).toEqual([])
    await Promise.all([here.close(), elsewhere.close()])
  })
})
