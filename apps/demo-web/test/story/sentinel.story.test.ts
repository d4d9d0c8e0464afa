import { open, parseIdentity } from "@darkslide/crypto"
import { randomBytes } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { startMailSink, type MailSink } from "./mail-sink.ts"
import { Visitor, type VisitorCredentials } from "./visitor.ts"

let mail: MailSink
let server: DemoServer
let browser: Browser

beforeAll(async () => {
  mail = await startMailSink()
  server = await startDemoServer({ DARKSLIDE_SMTP: mail.url, DARKSLIDE_MAIL_FROM: "darkslide@example.org" })
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  await mail?.[Symbol.asyncDispose]()
})

describe("somebody at the owner's browser", () => {
  for (const [screen, options] of Object.entries(screens)) {
    test(`three wrong passwords on an armed browser, on a ${screen}`, async () => {
      const credentials = { handle: `sentinel-${screen}`, password: "correct horse battery staple" }
      const here = await freshPage(browser, options)
      const { page } = here
      const me = new Visitor(page, server.origin)
      const before = mail.count()

      await me.createAccount(credentials)
      await addMail(me, page, `${screen}@example.org`)
      await arm(me, page, "The sealed photo")
      const identity = await me.exportKey(credentials.password)
      await me.signOut()
      await page.getByText("After three wrong passwords this browser takes a photo for its owner.").waitFor()

      await failToSignIn(me, page, credentials, 2)
      expect(await blobs()).toHaveLength(blobsBefore)
      await failToSignIn(me, page, credentials, 1)
      await expect.poll(async () => (await blobs()).length).toBe(blobsBefore + 1)
      await expect.poll(() => mail.count()).toBe(before + 1)
      // One more is not three.
      await failToSignIn(me, page, credentials, 1)

      await me.signIn(credentials)
      await page.getByRole("heading", { name: "Was this you?" }).waitFor()
      await page.locator(".was-it-you img").waitFor()
      expect(await page.locator(".was-it-you img").count()).toBe(1)
      await page.getByRole("link", { name: "All alerts" }).click()
      await page.getByRole("heading", { level: 1, name: "Alerts" }).waitFor()
      await page.getByText(/^Taken on .+ on Linux, while signed out$/).waitFor()
      expect(await page.getByRole("button", { name: /^View the photo of/ }).count()).toBe(1)
      await page.getByRole("button", { name: /^View the photo of/ }).click()
      const photo = page.locator("#photo img")
      await expect
        .poll(async () => await photo.evaluate((image) => (image as HTMLImageElement).naturalWidth))
        .toBeGreaterThan(100)
      await page.getByRole("button", { name: "Close", exact: true }).last().click()

      // One mail: words and a link, the sealed photo, which the exported key opens; nothing in clear.
      expect(mail.count()).toBe(before + 1)
      const told = await mail.last()
      expect(told.to?.[0]?.address).toBe(`${screen}@example.org`)
      expect(told.text).toContain(`${server.origin}/alerts`)
      expect(JSON.stringify(told)).not.toContain(credentials.handle)
      expect(told.attachments.map(({ filename }) => filename)).toEqual([
        expect.stringMatching(/^photo-[\w-]{16}\.jpg\.age$/),
      ])
      const sealed = new Uint8Array(told.attachments[0]!.content as ArrayBuffer)
      const keys = [...identity.matchAll(/^AGE-SECRET-KEY-1\S+$/gmu)].map(([key]) => parseIdentity(key))
      expect([...(await open(sealed, { with: keys })).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])

      await page.getByRole("button", { name: /^Delete the photo of/ }).click()
      await page.getByRole("button", { name: /^Delete the photo of/ }).waitFor({ state: "detached" })
      expect(await blobs()).toHaveLength(blobsBefore)

      // Disarmed, it takes none.
      await me.openSettings()
      await page.getByRole("button", { name: "Disarm this browser" }).click()
      await page.getByText("This browser is not armed.").waitFor()
      await me.signOut()
      await failToSignIn(me, page, credentials, 3)
      // The fifth within ten minutes is told, as from anywhere.
      await expect.poll(() => mail.count()).toBe(before + 2)
      expect((await mail.last()).attachments).toEqual([])
      await me.signIn(credentials)
      expect(await blobs()).toHaveLength(blobsBefore)
      const unexpected = here.complaints.filter((text) => !/\b401\b/.test(text))
      expect(unexpected).toEqual([])
      await here.close()
    })
  }

  test("400 forged uploads store no more than the cap, and raise one alert with their count", async () => {
    const credentials = { handle: "flooded", password: "correct horse battery staple" }
    const here = await freshPage(browser, screens.desktop)
    const { page } = here
    const me = new Visitor(page, server.origin)
    await me.createAccount(credentials)
    await addMail(me, page, "flooded@example.org")
    await arm(me, page, "Only a link")
    await me.signOut()
    const before = mail.count()
    const posting = page.waitForRequest((sent) => sent.method() === "POST" && sent.url().endsWith("/v1/inbox"))
    await failToSignIn(me, page, credentials, 3)
    const request = await posting
    await expect.poll(async () => (await blobs()).length).toBe(1)

    // Whoever sits there has the browser's token, and what it sent.
    const headers = {
      authorization: (await request.headerValue("authorization")) ?? "",
      "content-type": "application/json",
    }
    const photo = request.postDataJSON() as Record<string, string>
    const forge = async (): Promise<number> => {
      const body = JSON.stringify({ ...photo, captureId: randomBytes(16).toString("base64url") })
      return (await fetch(`${server.origin}/v1/inbox`, { method: "POST", headers, body })).status
    }
    for (let sent = 0; sent < 400; sent += 20)
      expect(new Set(await Promise.all(Array.from({ length: 20 }, forge)))).toEqual(new Set([202]))

    const spool = join(server.dataFolder, "spool")
    await expect.poll(async () => (await readdir(spool)).length, { timeout: 90_000 }).toBe(0)

    await me.signIn(credentials)
    await page.getByRole("link", { name: "All alerts" }).click()
    await page.getByText("401 photos after failed sign-ins", { exact: true }).waitFor()
    expect(await page.getByText(/^\d* ?photos? after failed sign-ins$/i).count()).toBe(1)
    const more = await page.getByText(/more tr(y|ies) on .+, without a photo$/).allInnerTexts()
    expect(more.reduce((sum, text) => sum + (Number.parseInt(text, 10) || 1), 0)).toBe(395)
    // The first one is the one that counts, and it is there; the others are no photos of hers.
    expect(await page.getByRole("button", { name: /^View the photo of/ }).count()).toBe(1)
    expect(await page.getByText("This photo failed its checks and is not shown.").count()).toBe(5)
    expect(await blobs()).toHaveLength(6)
    expect(mail.count()).toBe(before + 1)
    for (let left = 6; left > 0; left -= 1) {
      await page
        .getByRole("button", { name: /^Delete the photo of/ })
        .first()
        .click()
      await expect
        .poll(async () => await page.getByRole("button", { name: /^Delete the photo of/ }).count())
        .toBe(left - 1)
    }
    expect(await blobs()).toHaveLength(blobsBefore)
    await here.close()
  })

  test("on a browser that is not armed nothing is taken, and no mail is sent", async () => {
    const credentials = { handle: "unarmed", password: "correct horse battery staple" }
    const home = await freshPage(browser, screens.desktop)
    const me = new Visitor(home.page, server.origin)
    await me.createAccount(credentials)
    await addMail(me, home.page, "unarmed@example.org")
    const sent = mail.count()
    const elsewhere = await freshPage(browser, screens.desktop)
    const stranger = new Visitor(elsewhere.page, server.origin)
    await stranger.visit("/sign-in")
    expect(await elsewhere.page.getByText(/takes a photo/).count()).toBe(0)
    const posted: string[] = []
    elsewhere.page.on("request", (request) => posted.push(new URL(request.url()).pathname))
    await failToSignIn(stranger, elsewhere.page, credentials, 4)
    expect(posted).not.toContain("/v1/inbox")
    expect(mail.count()).toBe(sent)
    expect(await blobs()).toHaveLength(blobsBefore)
    // The fifth within ten minutes is told to the owner, without a photo.
    await failToSignIn(stranger, elsewhere.page, credentials, 1)
    await expect.poll(() => mail.count()).toBe(sent + 1)
    expect(await mail.last()).toMatchObject({ subject: "5 failed logins at one account", attachments: [] })
    await Promise.all([home.close(), elsewhere.close()])
  })
})

/** Every photo of these tests is deleted at its end. */
const blobsBefore = 0

async function blobs(): Promise<readonly string[]> {
  return await readdir(join(server.dataFolder, "blobs"))
}

async function addMail(visitor: Visitor, page: Page, address: string): Promise<void> {
  await visitor.visit("/alerts")
  if ((await page.getByRole("heading", { name: "Locked" }).count()) > 0)
    await visitor.unlock("correct horse battery staple")
  await page.getByLabel("Mail address", { exact: true }).fill(address)
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await page.getByRole("button", { name: `Send a test: Mail, ${address}` }).waitFor()
}

async function arm(visitor: Visitor, page: Page, content: string): Promise<void> {
  await visitor.openSettings()
  await page.getByRole("radio", { name: content }).check()
  await page.getByRole("button", { name: "Arm this browser" }).click()
  await page.getByRole("button", { name: "Disarm this browser" }).waitFor()
}

async function failToSignIn(
  visitor: Visitor,
  page: Page,
  { handle }: VisitorCredentials,
  times: number,
): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await visitor.trySignIn({ handle, password: `wrong ${time}` })
    await page
      .getByRole("alert")
      .filter({ hasText: /the handle or the password is wrong/i })
      .waitFor()
  }
}
