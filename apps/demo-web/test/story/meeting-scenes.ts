import type { Browser, Page } from "playwright"
import { drawCameras, showLandscape } from "./drawn-cameras.ts"
import { freshPage, screens } from "./launch-chromium.ts"
import { RoomVisitor } from "./room-visitor.ts"

type Shoot = (page: Page, name: string) => Promise<void>

/** A room, a channel and its interceptor, each with somebody on the other side, for the screenshots. */
export async function shootMeetings(from: Browser, origin: string, screen: keyof typeof screens, shoot: Shoot) {
  const options = { timezoneId: "UTC", locale: "en-GB" } as const
  const here = await freshPage(from, { ...screens[screen], ...options })
  const there = await freshPage(from, { ...screens.desktop, ...options })
  for (const { page } of [here, there]) await drawCameras(page)
  const me = new RoomVisitor(here.page, origin)
  const other = new RoomVisitor(there.page, origin)

  await me.create("/rooms", { title: "Kitchen table", name: "Ann" })
  await other.open(await me.link("Invitation"))
  await other.join({ name: "Bo" })
  await other.inside()
  await other.say("Is the gate closed?")
  await me.hear("Is the gate closed?")
  await me.say("Since six. The cat is in, too.")
  await other.hear("The cat is in")
  await here.page.evaluate(() => scrollTo(0, 0))
  await shoot(here.page, "room")
  await shootCall(from, origin, { me, other, shoot })
  await me.button("Leave").click()
  await me.heading("Rooms").waitFor()
  await shoot(here.page, "rooms")

  await other.create("/channels", { title: "Harbour watch", name: "Bo" })
  const [link, tap] = [await other.link("Invitation"), await other.link("Interceptor’s link")]
  await me.open(link)
  await me.join({ name: "Ann", role: "Receiver" })
  await me.inside()
  await there.page.locator("li[data-type=key_known]").waitFor()
  const buffer = await drawEvening(there.page)
  await there.page.locator("#picture").setInputFiles({ name: "evening.jpg", mimeType: "image/jpeg", buffer })
  await me.pictures().waitFor()
  await here.page.evaluate(() => scrollTo(0, 0))
  await shoot(here.page, "channel")

  const listener = await freshPage(from, { ...screens[screen], ...options })
  const eve = new RoomVisitor(listener.page, origin)
  await eve.open(tap)
  await eve.button("Listen").click()
  await eve.page.locator(".pane.wire canvas").waitFor()
  await shoot(listener.page, "interceptor")
  await eve.page.getByText("AES in ECB mode: wrong").click()
  await eve.page.getByText("the shape stays").waitFor()
  await eve.page.locator("#why").evaluate((element) => element.scrollIntoView({ block: "start" }))
  await shoot(listener.page, "why-not")
  await Promise.all([here.close(), there.close(), listener.close()])
}

/** The look into the mirror, then a call of four. */
async function shootCall(
  from: Browser,
  origin: string,
  { me, other, shoot }: { readonly me: RoomVisitor; readonly other: RoomVisitor; readonly shoot: Shoot },
): Promise<void> {
  const others = [other]
  for (const name of ["Cy", "Dee"]) {
    const { page } = await freshPage(from, screens.desktop)
    await drawCameras(page)
    const visitor = new RoomVisitor(page, origin)
    await visitor.open(await me.link("Invitation"))
    await visitor.join({ name })
    await me.button(`Let in ${name}`).click()
    await visitor.inside()
    others.push(visitor)
  }
  for (const [index, visitor] of others.entries()) {
    await visitor.joinCall()
    await showLandscape(visitor.page, 3 + 4 * index)
  }
  await others[1]?.button("Mute").click()
  await me.button("Camera and microphone…").click()
  await me.page.getByLabel("Your picture, as a mirror shows it").waitFor()
  await showLandscape(me.page, 23)
  await toCall(me.page)
  await shoot(me.page, "call-check")
  await me.button("Join the call").click()
  for (const name of ["Bo", "Cy", "Dee"]) {
    await me.tile(name).locator("video:not([data-covered])").waitFor()
    await me.page.waitForFunction(
      (whose) => (document.querySelector<HTMLVideoElement>(`[data-name="${whose}"] video`)?.videoWidth ?? 0) > 320,
      name,
    )
  }
  await me.page.locator(".call-line", { hasText: "You send" }).waitFor()
  await toCall(me.page)
  await shoot(me.page, "call")
  await me.page.getByText("What can be seen of this call from outside").click()
  await me.page.locator(".call-figures canvas").waitFor()
  await me.page.locator(".call-figures").evaluate((element) => element.scrollIntoView({ block: "start" }))
  await shoot(me.page, "call-figures")
  await me.button("Leave call").click()
  for (const visitor of others.slice(1)) await visitor.page.context().close()
}

async function toCall(page: Page): Promise<void> {
  await page.locator("darkslide-room-call").evaluate((element) => element.scrollIntoView({ block: "start" }))
}

async function drawEvening(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(800, 500)
    const context = canvas.getContext("2d")
    if (!context) throw new TypeError("no canvas")
    const sky = context.createLinearGradient(0, 0, 0, 500)
    for (const [at, colour] of [
      [0, "#1c2340"],
      [0.5, "#b4553a"],
      [0.62, "#f0b46a"],
      [0.63, "#27404a"],
      [1, "#101a20"],
    ] as const)
      sky.addColorStop(at, colour)
    context.fillStyle = sky
    context.fillRect(0, 0, 800, 500)
    context.fillStyle = "#f8d9a0"
    context.beginPath()
    context.arc(540, 290, 34, 0, 2 * Math.PI)
    context.fill()
    context.fillStyle = "#14110f"
    context.fillRect(150, 190, 26, 130)
    context.fillRect(90, 312, 150, 14)
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer())]
  })
  return Buffer.from(bytes)
}
