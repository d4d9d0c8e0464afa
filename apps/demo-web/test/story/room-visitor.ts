import type { Locator, Page } from "playwright"

/** A person in Rooms and Channels: finds everything by the names that are on the screen. */
export class RoomVisitor {
  readonly page: Page
  readonly #origin: string

  constructor(page: Page, origin: string) {
    this.page = page
    this.#origin = origin
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.#origin).href)
    await this.page.getByRole("heading", { level: 1 }).waitFor()
  }

  /** Makes a room or channel and goes in. */
  async create(
    place: "/rooms" | "/channels",
    options: { readonly title: string; readonly name: string },
  ): Promise<void> {
    await this.visit(place)
    const card = this.page.locator("section", { has: this.page.locator("#create") })
    await card.getByLabel("Title").fill(options.title)
    await card.getByLabel("Your name").fill(options.name)
    await card.getByRole("button", { name: "Create" }).click()
    await this.heading(options.title).waitFor()
  }

  /** Opens an invitation, as a click on a link elsewhere does. */
  async open(link: string): Promise<void> {
    await this.page.goto(link)
    await this.page.getByRole("heading", { level: 1, name: /^Enter / }).waitFor()
  }

  async join(options: { readonly name: string; readonly role?: string; readonly key?: string }): Promise<void> {
    if (options.role !== undefined) await this.page.getByRole("radio", { name: options.role }).check()
    await this.page.getByLabel("Your name").fill(options.name)
    if (options.key !== undefined) await this.page.getByLabel("Seal pictures for me to").selectOption(options.key)
    await this.button("Join").click()
  }

  async inside(): Promise<void> {
    await this.page.getByText("Connected", { exact: true }).waitFor()
  }

  async link(label: "Invitation" | "Interceptor’s link"): Promise<string> {
    return await this.page.getByLabel(label, { exact: true }).inputValue()
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel("Message").fill(text)
    await this.button("Send").click()
  }

  async hear(text: string): Promise<void> {
    await this.page.locator(".lines").getByText(text).waitFor()
  }

  /** Opens camera and microphone, looks at oneself, and joins. The browser is to allow both. */
  async joinCall(): Promise<void> {
    await this.button("Camera and microphone…").click()
    await this.page.getByLabel("Your picture, as a mirror shows it").waitFor()
    await this.button("Join the call").click()
    await this.button("Leave call").waitFor()
  }

  /** Somebody's place in the call. */
  tile(name: string): Locator {
    return this.page.locator(`.call-tile[data-name="${name}"]`)
  }

  /** How many pictures of somebody were shown so far. */
  async pictureCount(name: string): Promise<number> {
    const video = this.tile(name).locator("video")
    return await video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames)
  }

  /** The names of a channel's events so far, with their numbers. */
  async events(): Promise<readonly { readonly type: string; readonly seq: number }[]> {
    return await this.page
      .locator(".channel-events li[data-type]")
      .evaluateAll((rows) =>
        rows.map((row) => ({ type: row.getAttribute("data-type") ?? "", seq: Number(row.getAttribute("data-seq")) })),
      )
  }

  pictures(): Locator {
    return this.page.locator(".channel-pictures img")
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { level: 1, name, exact: true })
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true })
  }
}
