import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { numberCamera, numberShown } from "./numbered-cameras.ts"
import { RoomVisitor } from "./room-visitor.ts"

let server: DemoServer
let browser: Browser

beforeAll(async () => {
  server = await startDemoServer({ DARKSLIDE_FORWARDING: "werift" })
  // The server, and so its unit, is on this machine.
  browser = await launchChromium(undefined, ["--allow-loopback-in-peer-connection"])
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

interface Person {
  readonly name: string
  readonly visitor: RoomVisitor
  readonly page: Page
  readonly complaints: readonly string[]
  /** Of the first picture of their camera. */
  readonly start: number
}

const apart = 8000

/** People in one room, each with a camera whose numbers are far from everybody else's. */
async function gather(...names: string[]): Promise<readonly Person[]> {
  const people: Person[] = []
  for (const name of names) {
    const { page, complaints } = await freshPage(browser, screens.desktop)
    const start = people.length * apart
    await numberCamera(page, start)
    const visitor = new RoomVisitor(page, server.origin)
    const host = people[0]?.visitor
    if (host === undefined) await visitor.create("/rooms", { title: "Kitchen", name })
    else {
      await visitor.open(await host.link("Invitation"))
      await visitor.join({ name })
      if (people.length > 1) await host.button(`Let in ${name}`).click()
      await visitor.inside()
    }
    people.push({ name, visitor, page, complaints, start })
  }
  return people
}

async function joinCall({ visitor, page }: Person, way: "between us" | "through the server"): Promise<void> {
  await visitor.button("Camera and microphone…").click()
  await page.getByLabel("Your picture, as a mirror shows it").waitFor()
  await page.getByRole("radio", { name: way }).check()
  await visitor.button("Join the call").click()
  await visitor.button("Leave call").waitFor()
}

/** Waits until somebody is shown pictures of another, and newer ones after that. */
async function expectToSee({ page, visitor }: Person, { name, start }: Person): Promise<void> {
  await visitor.tile(name).locator("video:not([data-covered])").waitFor()
  const shown = async (): Promise<number> => (await numberShown(page, `[data-name="${name}"] video`)) ?? -1
  await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(start)
  const before = await shown()
  await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(before)
  expect(await shown()).toBeLessThan(start + apart)
}

async function expectAllToSee(people: readonly Person[]): Promise<void> {
  for (const one of people) for (const other of people) if (one !== other) await expectToSee(one, other)
}

async function leaveAll(people: readonly Person[]): Promise<void> {
  // Before the first sign-in the server answers that nobody is signed in; Chromium reports that by itself.
  const unexpected = people.flatMap(({ complaints }) => complaints).filter((text) => !/\b401\b/u.test(text))
  for (const { page } of people) await page.context().close()
  expect(unexpected).toEqual([])
}

describe("a call through the server", () => {
  test("of three, as the first one chose: seen, said, left", async () => {
    const people = await gather("Ann", "Bo", "Cy")
    const [ann, bo, cy] = people as [Person, Person, Person]
    await joinCall(ann, "through the server")
    // The others follow her.
    await joinCall(bo, "between us")
    await joinCall(cy, "between us")
    await expectAllToSee(people)
    for (const { page } of people) await page.locator(".call-line", { hasText: "It goes through the server" }).waitFor()

    await ann.page.getByText("What can be seen of this call from outside").click()
    await ann.page.getByText("All of it passes through the server, which cannot open it").waitFor()
    await ann.page
      .locator(".call-figures td", { hasText: /^\s*by the server/u })
      .first()
      .waitFor()
    await ann.page.getByRole("rowheader", { name: "All of them" }).waitFor()

    await bo.visitor.button("Mute").click()
    await cy.visitor.tile("Bo").getByLabel("muted").waitFor()
    await bo.visitor.button("Camera off").click()
    await cy.visitor.tile("Bo").locator("video[data-covered]").waitFor()
    await bo.visitor.button("Camera on").click()
    await bo.visitor.button("Unmute").click()

    await bo.visitor.button("Leave call").click()
    for (const { visitor } of [ann, cy]) await visitor.tile("Bo").waitFor({ state: "detached" })
    await expectAllToSee([ann, cy])
    await leaveAll(people)
  })

  test("of five, from the fifth on, and without anybody leaving", async () => {
    const people = await gather("Ann", "Bo", "Cy", "Dee", "Eli")
    for (const person of people.slice(0, 4)) await joinCall(person, "between us")
    const [ann, bo, , , eli] = people as [Person, Person, Person, Person, Person]
    await expectToSee(ann, bo)
    await ann.page.locator(".call-line", { hasText: "It goes from browser to browser" }).waitFor()
    await joinCall(eli, "between us")
    for (const { page } of people) await page.locator(".call-line", { hasText: "It goes through the server" }).waitFor()
    for (const person of people) if (person !== eli) await expectToSee(eli, person)
    await expectToSee(ann, bo)
    await expectToSee(bo, eli)
    await leaveAll(people)
  })
})

describe("a server that passes nothing on", () => {
  test("is not offered as a way", async () => {
    await using plain = await startDemoServer()
    const { page, close } = await freshPage(browser, screens.desktop)
    await numberCamera(page, 0)
    const visitor = new RoomVisitor(page, plain.origin)
    await visitor.create("/rooms", { title: "Kitchen", name: "Ann" })
    await visitor.button("Camera and microphone…").click()
    await visitor.button("Join the call").waitFor()
    expect(await page.getByRole("radio", { name: "through the server" }).count()).toBe(0)
    await close()
  })
})
