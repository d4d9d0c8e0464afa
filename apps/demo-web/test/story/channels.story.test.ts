import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Browser, BrowserServer, Page, WebSocketRoute } from "playwright"
import { chromium } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { findLeaks } from "./leak-search.ts"
import { canReadMemory, findInMemory, processTree } from "./process-memory.ts"
import { RoomVisitor } from "./room-visitor.ts"

let server: DemoServer
let browser: Browser
/** The interceptor's own, with processes of its own. */
let alone: BrowserServer
let elsewhere: Browser

beforeAll(async () => {
  server = await startDemoServer()
  browser = await launchChromium()
  const executablePath = process.env["CHROMIUM_PATH"]
  alone = await chromium.launchServer(executablePath === undefined ? {} : { executablePath })
  elsewhere = await chromium.connect(alone.wsEndpoint())
})

afterAll(async () => {
  await elsewhere?.close()
  await alone?.close()
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** A picture whose bytes are nowhere else: PNG of noise, made by the browser. */
async function noisePicture(page: Page): Promise<Buffer> {
  const noise = [...randomBytes(64 * 64 * 4)]
  const bytes = await page.evaluate(async (pixels) => {
    const canvas = new OffscreenCanvas(64, 64)
    const context = canvas.getContext("2d")
    context?.putImageData(
      new ImageData(
        Uint8ClampedArray.from(pixels, (byte, i) => (i % 4 === 3 ? 255 : byte)),
        64,
        64,
      ),
      0,
      0,
    )
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer())]
  }, noise)
  return Buffer.from(bytes)
}

async function filesOf(folder: string): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => ({ name, bytes: await readFile(join(parentPath, name)) })),
  )
}

/** Everything that a page keeps: IndexedDB, localStorage, sessionStorage, caches. */
async function storageOf(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }, location.href, history.state]
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name)
        request.addEventListener("success", () => resolve(request.result))
        request.addEventListener("error", () => reject(request.error as Error))
      })
      for (const store of database.objectStoreNames) {
        const values = await new Promise((resolve) => {
          const request = database.transaction(store).objectStore(store).getAll()
          request.addEventListener("success", () => resolve(request.result))
        })
        kept.push(values)
      }
      database.close()
    }
    return JSON.stringify(kept, (_key, value: unknown) =>
      value instanceof Uint8Array ? Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("") : value,
    )
  })
}

describe("a channel", () => {
  test("of a sender, a receiver and an interceptor, in three browsers", async () => {
    const [sending, receiving, listening] = await Promise.all([
      freshPage(browser, screens.desktop),
      freshPage(browser, screens.phone),
      freshPage(elsewhere, screens.desktop),
    ])
    const sue = new RoomVisitor(sending.page, server.origin)
    const ray = new RoomVisitor(receiving.page, server.origin)
    const eve = new RoomVisitor(listening.page, server.origin)

    await sue.create("/channels", { title: "Harbour watch", name: "Sue" })
    const link = await sue.link("Invitation")
    expect(link).toMatch(/\/channels\/[a-z2-7]{26}#1\./u)
    await ray.open(link)
    expect(receiving.page.url()).not.toContain("#")
    await ray.join({ name: "Ray", role: "Receiver", key: "rsa" })
    await ray.inside()
    await ray.heading("Harbour watch").waitFor()

    await eve.open(await sue.link("Interceptor’s link"))
    expect(listening.page.url()).not.toContain("#")
    await eve.button("Listen").click()
    await eve.heading("Interceptor").waitFor()
    await sue.page.locator("li[data-type=key_known]").waitFor()

    const picture = await noisePicture(sending.page)
    await sue.page.locator("#picture").setInputFiles({ name: "noise.png", mimeType: "image/png", buffer: picture })
    await ray.pictures().waitFor()
    await sue.pictures().waitFor()
    const shown = await receiving.page.evaluate(async () => {
      const image = document.querySelector<HTMLImageElement>(".channel-pictures img")
      await image?.decode()
      return [image?.naturalWidth, image?.naturalHeight]
    })
    expect(shown).toEqual([64, 64])

    // The interceptor has the stored bytes on the screen, and their figures.
    const pane = eve.page.locator(".pane.wire")
    await pane.getByText(/^7\.9\d of 8 bits a byte$/u).waitFor()
    const files = await filesOf(server.dataFolder)
    expect(findLeaks("the picture", picture, files)).toEqual([])
    const kept = await storageOf(listening.page)
    expect(findLeaks("the picture", picture, [{ name: "storage", bytes: Buffer.from(kept) }])).toEqual([])
    for (const word of ["Sue", "Ray", "Harbour"]) {
      expect(kept).not.toContain(word)
      expect(await listening.page.locator("body").innerText()).not.toContain(word)
    }

    // Events came in the order of the room's numbers, the same for both.
    const [ofSue, ofRay] = [await sue.events(), await ray.events()]
    for (const events of [ofSue, ofRay]) {
      const numbers = events.map(({ seq }) => seq)
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    }
    expect(ofSue.map(({ type }) => type).slice(0, 2)).toEqual(["join", "user_joined"])
    const image = (events: typeof ofSue) => events.find(({ type }) => type === "new_image")
    expect(image(ofSue)).toEqual(image(ofRay))

    await sue.button("Begin a new session").click()
    await ray.page.getByText("No picture is here.").waitFor()
    await sue.page.getByText("No picture is here.").waitFor()
    await eve.page.getByText("Nothing is stored just now.").waitFor()
    expect(await readdir(join(server.dataFolder, "room-items"))).toEqual([])
    const rows = new DatabaseSync(join(server.dataFolder, "rooms.sqlite"), { readOnly: true })
    expect(rows.prepare("select count(*) as n from room_items").get()).toEqual({ n: 0 })
    rows.close()
    const blobs = await receiving.page.evaluate(() => document.querySelectorAll("img[src^='blob:']").length)
    expect(blobs).toBe(0)

    // Deleted: everybody is out, nothing is left.
    await sue.button("Delete for all").click()
    await sue.button("Delete it").click()
    await sue.heading("Channels").waitFor()
    await ray.page.getByText("You are out of this room.").waitFor()
    // Before the first sign-in the server answers that nobody is signed in; Chromium reports that by itself.
    const unexpected = [sending, receiving, listening]
      .flatMap(({ complaints }) => complaints)
      .filter((text) => !/\b401\b/u.test(text))
    expect(unexpected).toEqual([])
    await Promise.all([sending.close(), receiving.close(), listening.close()])
  })

  test.skipIf(!canReadMemory())(
    "leaves no picture in the memory of the interceptor's processes (where this process may look: root on Linux)",
    async () => {
      const sending = await freshPage(browser, screens.desktop)
      const listening = await freshPage(elsewhere, screens.desktop)
      const sue = new RoomVisitor(sending.page, server.origin)
      const eve = new RoomVisitor(listening.page, server.origin)
      await sue.create("/channels", { title: "Harbour watch", name: "Sue" })
      await eve.open(await sue.link("Interceptor’s link"))
      await eve.button("Listen").click()
      await eve.heading("Interceptor").waitFor()
      const picture = await noisePicture(sending.page)
      await sue.page.locator("#picture").setInputFiles({ name: "noise.png", mimeType: "image/png", buffer: picture })
      await sue.pictures().waitFor()
      await eve.page.locator(".pane.wire").waitFor()
      const wanted = picture.subarray(2000, 2032)
      const found: string[] = []
      for (const pid of processTree(alone.process().pid ?? 0)) {
        const where = await findInMemory(pid, wanted)
        found.push(...where.map((name) => `${pid}: ${name}`))
      }
      expect(found).toEqual([])
      // The search finds what is there: the sender's browser has the picture.
      const others = processTree(process.pid).filter((pid) => !processTree(alone.process().pid ?? 0).includes(pid))
      let isThere = false
      for (const pid of others.filter((each) => each !== process.pid && isChromium(each)))
        isThere ||= (await findInMemory(pid, wanted)).length > 0
      expect(isThere).toBe(true)
      await Promise.all([sending.close(), listening.close()])
    },
  )
})

function isChromium(pid: number): boolean {
  try {
    return execFileSync("cat", [`/proc/${pid}/cmdline`]).includes("chrom")
  } catch {
    // It ended meanwhile.
    return false
  }
}

/** Stands in the way of a page's connections to the hub, as a network does that fails. */
async function breakableLine(page: Page): Promise<{ cut(): Promise<void>; mend(): void }> {
  const open = new Set<WebSocketRoute>()
  let isCut = false
  await page.routeWebSocket(/\/v1\/hub$/u, async (route) => {
    if (isCut) return await route.close()
    route.connectToServer()
    open.add(route)
  })
  return {
    async cut() {
      isCut = true
      for (const route of open) await route.close()
      open.clear()
    },
    mend() {
      isCut = false
    },
  }
}

describe("a room", () => {
  test("by link and by code, with talk, a broken connection, a removal and its end", async () => {
    const host = await freshPage(browser, screens.desktop)
    const guest = await freshPage(browser, screens.phone)
    const third = await freshPage(browser, screens.desktop)
    const ann = new RoomVisitor(host.page, server.origin)
    const bo = new RoomVisitor(guest.page, server.origin)
    const cy = new RoomVisitor(third.page, server.origin)

    const line = await breakableLine(guest.page)
    await ann.create("/rooms", { title: "Kitchen", name: "Ann" })
    await bo.open(await ann.link("Invitation"))
    await bo.join({ name: "Bo" })
    await bo.heading("Kitchen").waitFor()
    await ann.say("the kettle is on")
    await bo.hear("the kettle is on")
    const roomCode = async (page: Page): Promise<string> => await page.locator(".people ~ .room-code").innerText()
    expect(await roomCode(guest.page)).toBe(await roomCode(host.page))

    await line.cut()
    await bo.page.locator(".connection[data-state=reconnecting]").waitFor()
    await ann.say("are you there?")
    line.mend()
    await bo.inside()
    await bo.hear("are you there?")

    await ann.button("Make a code").click()
    const code = await ann.page.locator("darkslide-room-invite .room-code").innerText()
    await cy.visit("/rooms")
    await cy.page.getByLabel("Link, code or room name").fill(code)
    const door = cy.page.locator("section", { has: cy.page.locator("#join") })
    await door.getByLabel("Your name").fill("Cy")
    await door.getByRole("button", { name: "Join" }).click()
    await ann.page.getByText("Cy asks to come in").waitFor()
    await ann.button("Let in Cy").click()
    await cy.inside()
    await cy.say("hello from the code")
    await bo.hear("hello from the code")

    await ann.page.locator(".person", { hasText: "Bo" }).locator("summary").click()
    await ann.button("Remove Bo").click()
    await bo.page.getByText("You were removed from the room.").waitFor()
    await ann.say("only for two")
    await cy.hear("only for two")

    await ann.page.getByText("What the server sees").first().click()
    await ann.page.locator(".sees td").first().waitFor()
    const seen = await ann.page.locator(".sees").innerText()
    for (const word of ["kettle", "Kitchen", "only for two"]) expect(seen).not.toContain(word)
    expect(server.log()).not.toMatch(/kettle|Kitchen/u)

    await ann.button("Delete for all").click()
    await ann.button("Delete it").click()
    await cy.page.getByText("You are out of this room.").waitFor()
    await Promise.all([host.close(), guest.close(), third.close()])
  })
})
