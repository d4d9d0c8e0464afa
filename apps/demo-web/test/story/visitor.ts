import { readFile } from "node:fs/promises"
import type { Download, Locator, Page } from "playwright"

export interface VisitorCredentials {
  readonly handle: string
  readonly password: string
}

/** A person at the app: finds everything by the names that are on the screen. Shared by the story and the screenshots. */
export class Visitor {
  readonly page: Page
  readonly #origin: string

  constructor(page: Page, origin: string) {
    this.page = page
    this.#origin = origin
  }

  /** Loads the app anew, as typing the address does: whatever was unlocked is locked afterwards. */
  async visit(path = "/"): Promise<void> {
    await this.page.goto(new URL(path, this.#origin).href)
    await this.page.getByRole("heading", { level: 1 }).waitFor()
  }

  async createAccount({ handle, password }: VisitorCredentials): Promise<void> {
    await this.visit("/create-account")
    await this.#heading("Create account").waitFor()
    await this.page.getByLabel("Handle", { exact: true }).fill(handle)
    await this.page.getByLabel("Password", { exact: true }).fill(password)
    await this.page.getByLabel("Repeat password", { exact: true }).fill(password)
    await this.#button("Create account").click()
    await this.#heading("Camera").waitFor()
  }

  /** Fills in Sign in and sends it; what follows is the caller's to look at. */
  async trySignIn({ handle, password }: VisitorCredentials): Promise<void> {
    await this.visit("/sign-in")
    await this.page.getByLabel("Handle", { exact: true }).fill(handle)
    await this.page.getByLabel("Password", { exact: true }).fill(password)
    await this.#button("Sign in").click()
  }

  async signIn(credentials: VisitorCredentials): Promise<void> {
    await this.trySignIn(credentials)
    await this.#heading("Camera").waitFor()
  }

  /** Opens the keys again after a reload. The page that was asked for follows. */
  async unlock(password: string): Promise<void> {
    await this.#heading("Locked").waitFor()
    await this.page.getByLabel("Password", { exact: true }).fill(password)
    await this.#button("Unlock").click()
    await this.#heading("Locked").waitFor({ state: "detached" })
  }

  async signOut(): Promise<void> {
    await this.openSettings()
    await this.#button("Sign out").click()
    await this.#heading("Sign in").waitFor()
  }

  async openCamera(): Promise<void> {
    await this.#navigation("Camera").click()
    await this.#heading("Camera").waitFor()
  }

  /** Photo, Clip, Motion or Several. */
  async chooseMode(name: string): Promise<void> {
    await this.page.getByRole("radio", { name, exact: true }).check({ force: true })
  }

  /** The names that the combobox offers, once the browser tells them. */
  async cameraNames(): Promise<readonly string[]> {
    await this.#enabledShutter().waitFor()
    const names = await this.page.getByRole("combobox", { name: "Camera" }).getByRole("option").allInnerTexts()
    return names.map((name) => name.trim())
  }

  async chooseCamera(name: string): Promise<void> {
    await this.#enabledShutter().waitFor()
    await this.page.getByRole("combobox", { name: "Camera" }).selectOption({ label: name })
    await this.#enabledShutter().waitFor()
  }

  /** Takes a photo once the camera is live, and waits for it to show. */
  async takePhoto(): Promise<void> {
    await this.#enabledShutter().click()
    await this.#button("Save securely").waitFor()
  }

  async retake(): Promise<void> {
    await this.#button("Retake").click()
    await this.#enabledShutter().waitFor()
  }

  /** Seals and sends the photo. Resolves with its capture id once the server has it. */
  async save(): Promise<string> {
    await this.#button("Save securely").click()
    const link = this.page.getByRole("link", { name: "View it in the Library" })
    await link.waitFor()
    const captureId = (await link.getAttribute("href"))?.split("/").at(-1)
    if (captureId === undefined) throw new Error("The link to the saved photo leads nowhere")
    return captureId
  }

  async openLibrary(): Promise<void> {
    await this.#navigation("Library").click()
    await this.#heading("Library").waitFor()
  }

  /** The sound photos of the Library, as links. Await `expect` or `waitFor` on it: the list comes by and by. */
  photos(): Locator {
    return this.page.locator("main").getByRole("link", { name: /^Photo, / })
  }

  /** How many photos the open Library has, once it is known. For a Library of one page. */
  async countPhotos(): Promise<number> {
    const empty = this.page.getByRole("heading", { name: "Nothing here yet" })
    await this.photos().first().or(empty).first().waitFor()
    return await this.photos().count()
  }

  /** Waits until `count` decrypted thumbnails are drawn. */
  async seeThumbnails(count: number): Promise<void> {
    await this.photos()
      .locator("img")
      .nth(count - 1)
      .waitFor()
  }

  /** From the Library to a photo's page, and waits for the decrypted picture. */
  async openPhoto(captureId: string): Promise<void> {
    await this.page.locator(`main a[href="/library/${captureId}"]`).click()
    await this.page
      .locator("main")
      .getByRole("img", { name: /^Photo of / })
      .waitFor()
  }

  /** On a photo's page: the picture as it was taken. */
  async download(): Promise<Uint8Array> {
    return await this.#downloadBy(() => this.#button("Download").click())
  }

  /** On a photo's page: the age file. */
  async exportSealed(): Promise<Uint8Array> {
    return await this.#downloadBy(() => this.#button("Export sealed file").click())
  }

  /** On a photo's page: deletes it and comes back to the Library. */
  async deletePhoto(): Promise<void> {
    await this.#button("Delete").click()
    await this.#button("Delete photo").click()
    await this.#heading("Library").waitFor()
  }

  async openSettings(): Promise<void> {
    await this.#navigation("Settings").click()
    await this.#heading("Settings").waitFor()
  }

  /** The key as an age identity file. Leaves the Settings open. */
  async exportKey(password: string): Promise<string> {
    await this.openSettings()
    await this.#button("Export key").click()
    await this.page.getByLabel("Password", { exact: true }).fill(password)
    const file = await this.#downloadBy(() => this.#button("Export").click())
    return new TextDecoder().decode(file)
  }

  #button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true })
  }

  #enabledShutter(): Locator {
    return this.page.getByRole("button", { name: "Take photo", exact: true, disabled: false })
  }

  #heading(name: string): Locator {
    return this.page.getByRole("heading", { level: 1, name, exact: true })
  }

  #navigation(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true })
  }

  async #downloadBy(act: () => Promise<void>): Promise<Uint8Array> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), act()])
    return await bytesOf(download)
  }
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  return new Uint8Array(await readFile(await download.path()))
}
