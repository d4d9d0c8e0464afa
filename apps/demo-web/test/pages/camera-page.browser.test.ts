import { CaptureError, type CameraErrorCode } from "@darkslide/capture"
import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import { wordsForCode } from "../../src/error-words.ts"
import { ServerError } from "../../src/http/server-error.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import { mountApp } from "../fixtures/mount-app.ts"

const shutter = () => page.getByRole("button", { name: "Take photo" })
const save = () => page.getByRole("button", { name: "Save securely" })

describe("choosing", () => {
  test("the combobox offers every camera and opens the chosen one", async () => {
    const { cameras } = await mountApp("/camera", unlockedStatus)
    await expect.element(shutter()).toBeEnabled()
    const choice = page.getByRole("combobox", { name: "Camera" })
    await expect.element(choice).toHaveValue("desk")
    await choice.selectOptions("Door camera")
    await expect.poll(() => cameras.opened).toEqual(["desk", "door"])
    await expect.element(shutter()).toBeEnabled()
    expect(cameras.closed).toBe(1)
  })

  test("the cameras get their names once one is open", async () => {
    await mountApp("/camera", unlockedStatus, ({ cameras }) => (cameras.isUnnamedUntilOpen = true))
    await expect.element(page.getByRole("option", { name: "Door camera" })).toBeInTheDocument()
  })

  test("leaving the page stops the camera", async () => {
    const { cameras } = await mountApp("/camera", unlockedStatus)
    await expect.element(shutter()).toBeEnabled()
    await page.getByRole("link", { name: "Settings", exact: true }).click()
    await expect.poll(() => cameras.closed).toBe(1)
  })

  test("the preview is mirrored and the photo is not", async () => {
    await mountApp("/camera", unlockedStatus)
    await expect.element(shutter()).toBeEnabled()
    expect(document.querySelector("video")?.hasAttribute("data-mirrored")).toBe(true)
    await shutter().click()
    const photo = page.getByRole("img", { name: "The photo that you took" })
    await expect.element(photo).toBeVisible()
    expect(getComputedStyle(photo.element()).transform).toBe("none")
  })
})

describe("taking and saving", () => {
  test("works from the keyboard alone, and the camera is ready again", async () => {
    const { library } = await mountApp("/camera", unlockedStatus)
    const count = library.items.length
    await expect.element(shutter()).toBeEnabled()
    shutter().element().focus()
    await userEvent.keyboard(" ")
    await expect.poll(() => document.activeElement?.textContent.trim()).toBe("Save securely")
    await userEvent.keyboard("{Enter}")
    const link = page.getByRole("link", { name: "View it in the Library" })
    await expect.element(link).toHaveAttribute("href", `/library/${library.items[0]?.captureId}`)
    expect(library.items.length).toBe(count + 1)
    await expect.element(shutter()).toHaveFocus()
  })

  test("Retake goes back to the live picture without saving", async () => {
    const { library } = await mountApp("/camera", unlockedStatus)
    const count = library.items.length
    await expect.element(shutter()).toBeEnabled()
    await shutter().click()
    await page.getByRole("button", { name: "Retake" }).click()
    await expect.element(shutter()).toHaveFocus()
    expect(library.items.length).toBe(count)
  })

  test("Cancel stops the upload and keeps the photo", async () => {
    const { library } = await mountApp("/camera", unlockedStatus, (services) => {
      services.library.hold = new Promise(() => undefined)
    })
    const count = library.items.length
    await expect.element(shutter()).toBeEnabled()
    await shutter().click()
    await save().click()
    await expect.element(page.getByText("Uploading the sealed file… 25 %")).toBeVisible()
    await page.getByRole("button", { name: "Cancel" }).click()
    await expect.element(save()).toBeVisible()
    await expect.element(page.getByText("Saving was cancelled. The photo is still here.")).toBeInTheDocument()
    expect(library.items.length).toBe(count)
  })

  test("leaving the page while saving does not lose the photo", async () => {
    let goOn: () => void = () => undefined
    const { library } = await mountApp("/camera", unlockedStatus, (services) => {
      services.library.hold = new Promise((resolve) => (goOn = resolve))
    })
    const count = library.items.length
    await expect.element(shutter()).toBeEnabled()
    await shutter().click()
    await save().click()
    await page.getByRole("link", { name: "Settings", exact: true }).click()
    await expect.element(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible()
    goOn()
    await expect.element(page.getByText("Saved. Only you can open it.")).toBeInTheDocument()
    expect(library.items.length).toBe(count + 1)
  })

  test("a session that has ended offers to sign in again", async () => {
    await mountApp(
      "/camera",
      unlockedStatus,
      ({ library }) => (library.failNext = new ServerError("NOT_SIGNED_IN", "no")),
    )
    await expect.element(shutter()).toBeEnabled()
    await shutter().click()
    await save().click()
    await expect.element(page.getByRole("button", { name: "Sign in again" })).toBeVisible()
  })

  test.each([
    ["QUOTA_EXCEEDED", "Your space on the server is full."],
    ["DISK_FULL", "The server’s disk is full."],
    ["OFFLINE", "The server cannot be reached."],
  ])("%s is told, and the photo can be saved again", async (code, what) => {
    await mountApp("/camera", unlockedStatus, ({ library }) => (library.failNext = new ServerError(code, "refused")))
    await expect.element(shutter()).toBeEnabled()
    await shutter().click()
    await save().click()
    await expect.element(page.getByRole("alert")).toMatchTextContent(what)
    await save().click()
    await expect.element(page.getByRole("link", { name: "View it in the Library" })).toBeVisible()
  })
})

describe("failing", () => {
  const codes: readonly CameraErrorCode[] = [
    "CAPTURE_INSECURE",
    "CAPTURE_POLICY_BLOCKED",
    "CAPTURE_UNSUPPORTED",
    "CAPTURE_DENIED",
    "CAPTURE_DISMISSED",
    "CAPTURE_DENIED_BY_OS",
    "CAPTURE_NOT_FOUND",
    "CAPTURE_BUSY",
    "CAPTURE_OVERCONSTRAINED",
    "CAPTURE_ENDED",
    "CAPTURE_UNPLUGGED",
    "CAPTURE_READBACK_TAMPERED",
  ]

  test.each(codes)("%s is told in words of its own, and Try again opens the camera", async (code) => {
    const { cameras } = await mountApp("/camera", unlockedStatus, (services) => {
      services.cameras.failure = new CaptureError(code, "Cannot use camera")
    })
    const { what, todo } = wordsForCode(code)
    expect(what).not.toBe(wordsForCode("UNEXPECTED").what)
    await expect.element(page.getByRole("alert")).toMatchTextContent(what)
    await expect.element(page.getByRole("alert")).toMatchTextContent(todo)
    cameras.failure = undefined
    await page.getByRole("button", { name: "Try again" }).click()
    await expect.element(shutter()).toBeEnabled()
  })

  test("a camera that is unplugged while live is told", async () => {
    const { cameras } = await mountApp("/camera", unlockedStatus)
    await expect.element(shutter()).toBeEnabled()
    cameras.unplug()
    await expect.element(page.getByRole("alert")).toMatchTextContent(/The camera was unplugged\./)
  })
})
