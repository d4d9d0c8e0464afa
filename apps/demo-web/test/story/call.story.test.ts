import { spawnSync } from "node:child_process"
import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCoturn } from "../../../../packages/rooms/test/media/site/coturn.ts"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { RoomVisitor } from "./room-visitor.ts"

const hasCoturn = spawnSync("turnserver", ["--version"]).error === undefined

let server: DemoServer
let browsers: Browser[]

beforeAll(async () => {
  server = await startDemoServer()
  browsers = [await launchChromium(), await launchChromium(), await launchChromium()]
})

afterAll(async () => {
  for (const browser of browsers ?? []) await browser.close()
  await server?.[Symbol.asyncDispose]()
})

interface Person {
  readonly visitor: RoomVisitor
  readonly page: Page
  readonly complaints: readonly string[]
}

async function arrive(which: number, screen: keyof typeof screens): Promise<Person> {
  const browser = browsers[which]
  if (!browser) throw new Error("no such browser")
  return await arriveIn(browser, screen, server.origin)
}

async function arriveIn(browser: Browser, screen: keyof typeof screens, origin: string): Promise<Person> {
  const { page, complaints } = await freshPage(browser, screens[screen])
  await page.context().grantPermissions(["camera", "microphone"])
  return { visitor: new RoomVisitor(page, origin), page, complaints }
}

/** The fake camera's picture moves: pictures that are shown were sent, opened and decoded since. */
async function expectToSee({ visitor }: Person, name: string): Promise<void> {
  await visitor.tile(name).locator("video:not([data-covered])").waitFor()
  const before = await visitor.pictureCount(name)
  await expect.poll(() => visitor.pictureCount(name), { timeout: 30_000 }).toBeGreaterThan(before + 5)
}

describe("a call in a room", () => {
  test("of three browsers by link and code: seen, muted, left, removed", async () => {
    const [ann, bo, cy] = [await arrive(0, "desktop"), await arrive(1, "phone"), await arrive(2, "desktop")]
    await ann.visitor.create("/rooms", { title: "Kitchen", name: "Ann" })
    await bo.visitor.open(await ann.visitor.link("Invitation"))
    await bo.visitor.join({ name: "Bo" })
    await bo.visitor.inside()
    await ann.visitor.button("Make a code").click()
    const code = await ann.page.locator("darkslide-room-invite .room-code").innerText()
    await cy.visitor.visit("/rooms")
    await cy.page.getByLabel("Link, code or room name").fill(code)
    const door = cy.page.locator("section", { has: cy.page.locator("#join") })
    await door.getByLabel("Your name").fill("Cy")
    await door.getByRole("button", { name: "Join" }).click()
    await ann.visitor.button("Let in Cy").click()
    await cy.visitor.inside()

    for (const { visitor } of [ann, bo, cy]) await visitor.joinCall()
    for (const [person, names] of [
      [ann, ["Bo", "Cy"]],
      [bo, ["Ann", "Cy"]],
      [cy, ["Ann", "Bo"]],
    ] as const)
      for (const name of names) await expectToSee(person, name)
    await ann.page.getByText("2 others are in the call.").waitFor()

    // Muted and without a picture: the others are told, and see it.
    await bo.visitor.button("Mute").click()
    await ann.visitor.tile("Bo").getByLabel("muted").waitFor()
    await ann.page.locator("[aria-live=polite]", { hasText: "Bo is muted." }).first().waitFor({ state: "attached" })
    await bo.visitor.button("Camera off").click()
    await ann.visitor.tile("Bo").locator("video[data-covered]").waitFor()
    await bo.visitor.button("Camera on").click()
    await expectToSee(ann, "Bo")

    // What leaves is told in figures, and is noise.
    await ann.page.getByText("What can be seen of this call from outside").click()
    await ann.page
      .locator(".call-figures td", { hasText: /^\s*direct/u })
      .first()
      .waitFor()
    await ann.page
      .locator(".call-figures")
      .getByText(/^7\.\d\d of 8 bits a byte$/u)
      .waitFor()

    await cy.visitor.button("Leave call").click()
    await ann.visitor.tile("Cy").waitFor({ state: "detached" })
    await bo.visitor.tile("Cy").waitFor({ state: "detached" })
    await expectToSee(ann, "Bo")
    await expectToSee(bo, "Ann")
    // Out of the call, and in the room still.
    await cy.visitor.say("I am only listening to the kettle")
    await ann.visitor.hear("the kettle")

    await ann.page.locator(".person", { hasText: "Bo" }).locator("summary").click()
    await ann.visitor.button("Remove Bo").click()
    await bo.page.getByText("You were removed from the room.").waitFor()
    expect(await bo.page.locator("video").count()).toBe(0)
    await ann.visitor.tile("Bo").waitFor({ state: "detached" })
    await ann.page.getByText("Nobody else is in the call yet.").waitFor()

    await cy.visitor.joinCall()
    await expectToSee(ann, "Cy")
    await expectToSee(cy, "Ann")

    // Before the first sign-in the server answers that nobody is signed in; Chromium reports that by itself.
    const unexpected = [ann, bo, cy].flatMap(({ complaints }) => complaints).filter((text) => !/\b401\b/u.test(text))
    expect(unexpected).toEqual([])
    for (const { page } of [ann, bo, cy]) await page.context().close()
  })

  test("says what is wrong where the camera is denied, and lets one in without", async () => {
    const [ann, bo] = [await arrive(0, "desktop"), await arrive(1, "desktop")]
    await bo.page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("Permission denied", "NotAllowedError")
      }
    })
    await ann.visitor.create("/rooms", { title: "Kitchen", name: "Ann" })
    await bo.visitor.open(await ann.visitor.link("Invitation"))
    await bo.visitor.join({ name: "Bo" })
    await bo.visitor.inside()
    await bo.visitor.button("Camera and microphone…").click()
    await bo.page.getByText("Your browser blocks the camera for this site.").waitFor()
    await bo.page.getByText("Your browser blocks the microphone for this site.").waitFor()
    await bo.visitor.button("Join the call").click()
    await bo.visitor.button("Leave call").waitFor()
    await ann.visitor.joinCall()
    await expectToSee(bo, "Ann")
    await ann.visitor.tile("Bo").locator("video[data-covered]").waitFor()
    for (const { page } of [ann, bo]) await page.context().close()
  })

  test.skipIf(!hasCoturn)("goes through the server's relay alone where one wants that (needs coturn)", async () => {
    await using relay = await startCoturn()
    await using ownServer = await startDemoServer({
      DARKSLIDE_TURN_URLS: relay.url,
      DARKSLIDE_TURN_SECRET: relay.secret,
    })
    // The relay is on this machine.
    const browser = await launchChromium(undefined, ["--allow-loopback-in-peer-connection"])
    try {
      const ann = await arriveIn(browser, "desktop", ownServer.origin)
      const bo = await arriveIn(browser, "desktop", ownServer.origin)
      await ann.visitor.create("/rooms", { title: "Kitchen", name: "Ann" })
      await bo.visitor.open(await ann.visitor.link("Invitation"))
      await bo.visitor.join({ name: "Bo" })
      await bo.visitor.inside()
      for (const { visitor, page } of [ann, bo]) {
        await visitor.button("Camera and microphone…").click()
        await page.getByLabel("Through the relay only").check()
        await visitor.button("Join the call").click()
        await visitor.button("Leave call").waitFor()
      }
      await expectToSee(ann, "Bo")
      await expectToSee(bo, "Ann")
      await ann.page.getByText("What can be seen of this call from outside").click()
      await ann.page.locator(".call-figures td", { hasText: /^\s*by a relay/u }).waitFor()
    } finally {
      await browser.close()
    }
  })
})
