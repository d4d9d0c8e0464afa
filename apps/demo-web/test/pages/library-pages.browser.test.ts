import { CaptureError } from "@darkslide/capture"
import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import { ServerError } from "../../src/http/server-error.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import type { LibraryItem } from "../../src/library/library-service.ts"
import { brokenThumbnail, clipItem, refusedItem, soundItem, someItems } from "../fixtures/fixture-library.ts"
import { mountApp } from "../fixtures/mount-app.ts"

const photos = () => page.getByRole("link", { name: /^Photo, / })

describe("the Library", () => {
  test("shows sound photos as links and a refused one as a tile with its reason", async () => {
    await mountApp("/library", unlockedStatus, ({ library }) => {
      library.items = [soundItem(1, Date.now()), refusedItem(2, "CAPTURE_FOREIGN"), soundItem(3, Date.now())]
    })
    await expect.poll(() => photos().elements().length).toBe(2)
    await expect.element(page.getByText("This belongs to another photo or another account.")).toBeVisible()
    await expect.element(page.getByText("CAPTURE_FOREIGN")).toBeVisible()
    await expect.element(page.getByText(/One item failed its checks and is not shown\./)).toBeVisible()
  })

  test("tells a refused thumbnail in its tile, and the others are drawn", async () => {
    const items = [soundItem(1, Date.now()), soundItem(2, Date.now())]
    await mountApp("/library", unlockedStatus, ({ library }) => {
      library.items = items
      library.broken.set(`thumbnail ${items[0]!.captureId}`, brokenThumbnail())
    })
    await expect.element(page.getByText("The thumbnail is damaged or was swapped.")).toBeVisible()
    await expect.poll(() => document.querySelectorAll("darkslide-thumbnail img").length).toBe(1)
  })

  test("brings page after page as the end comes near", async () => {
    const { library } = await mountApp("/library", unlockedStatus, (services) => {
      services.library.items = someItems(40, Date.now())
    })
    await expect
      .poll(() => {
        scrollTo(0, document.documentElement.scrollHeight)
        return photos().elements().length
      })
      .toBe(38)
    expect(library.listed).toBe(4)
  })

  test("an empty one leads to the camera", async () => {
    await mountApp("/library", unlockedStatus, ({ library }) => (library.items = []))
    await page.getByRole("link", { name: "Go to the camera" }).click()
    await expect.element(page.getByRole("heading", { name: "Camera" })).toBeVisible()
  })

  test("tells a failure and tries again", async () => {
    await mountApp("/library", unlockedStatus, ({ library }) => (library.failNext = new ServerError("OFFLINE", "off")))
    await expect.element(page.getByRole("alert")).toMatchTextContent(/The server cannot be reached\./)
    await page.getByRole("button", { name: "Try again" }).click()
    await expect.element(photos().first()).toBeVisible()
  })
})

describe("a photo's page", () => {
  test("shows the picture and its facts, also when opened by its address", async () => {
    const item = soundItem(5, Date.UTC(2026, 10, 18, 12))
    await mountApp(`/library/${item.captureId}`, unlockedStatus, ({ library }) => {
      library.items = [...someItems(20, Date.now()).map((_, index) => soundItem(100 + index, Date.now())), item]
    })
    await expect.element(page.getByRole("img", { name: /^Photo of 18 November 2026/ })).toBeVisible()
    await expect.element(page.getByText(item.captureId)).toBeVisible()
  })

  test("Delete asks first, Escape keeps the photo, Delete photo removes it", async () => {
    const { library } = await mountApp("/library", unlockedStatus, (services) => {
      services.library.items = [soundItem(1, Date.now()), soundItem(2, Date.now())]
    })
    await photos().first().click()
    await page.getByRole("button", { name: "Delete" }).click()
    await expect.element(page.getByRole("button", { name: "Delete photo" })).toBeVisible()
    await userEvent.keyboard("{Escape}")
    await expect.element(page.getByRole("button", { name: "Delete photo" })).not.toBeInTheDocument()
    expect(library.items.length).toBe(2)
    await page.getByRole("button", { name: "Delete", exact: true }).click()
    await page.getByRole("button", { name: "Delete photo" }).click()
    await expect.element(page.getByRole("heading", { name: "Library" })).toBeVisible()
    await expect.poll(() => photos().elements().length).toBe(1)
    await expect.element(page.getByText("Photo deleted.")).toBeInTheDocument()
  })

  test("a picture that fails its checks is told and not offered", async () => {
    const item = soundItem(1, Date.now())
    await mountApp(`/library/${item.captureId}`, unlockedStatus, ({ library }) => {
      library.items = [item]
      library.broken.set(`media ${item.captureId}`, new CaptureError("CAPTURE_MEDIA_INVALID", "Cannot open media"))
    })
    await expect.element(page.getByRole("alert")).toMatchTextContent(/The picture is damaged or was swapped\./)
    await expect.element(page.getByRole("button", { name: "Download" })).toBeDisabled()
  })

  test("a photo that the server does not have is told as such, not as a missing camera", async () => {
    const item = soundItem(1, Date.now())
    await mountApp(`/library/${item.captureId}`, unlockedStatus, ({ library }) => {
      library.broken.set(`media ${item.captureId}`, new ServerError("CAPTURE_NOT_FOUND", "404"))
    })
    await expect.element(page.getByRole("alert")).toMatchTextContent(/There is no such photo\./)
  })
})

describe("a clip's page", () => {
  const clip = clipItem(soundItem(1, Date.UTC(2026, 10, 18, 12)), { id: "x".repeat(22), index: 2, last: false })
  const path = `/library/${clip.captureId}`

  test("plays it, says which part it is, and gives it back when the page is left", async () => {
    const { library } = await mountApp(path, unlockedStatus, (services) => (services.library.items = [clip]))
    await expect.element(page.getByRole("heading", { name: /^Clip of 18 November 2026/ })).toBeVisible()
    await expect.poll(() => document.querySelector("video")?.readyState ?? 0).toBeGreaterThan(1)
    expect(document.querySelector("video")?.controls).toBe(true)
    await expect.element(page.getByText("3 of a recording in parts")).toBeVisible()
    expect(library.playing.size).toBe(1)
    await page.getByRole("navigation").getByRole("link", { name: "Library" }).click()
    await expect.element(page.getByRole("link", { name: /^Recording that was cut, / })).toBeVisible()
    await expect.poll(() => library.playing.size).toBe(0)
  })

  test("joins the recording that it is a part of, and says that its end is missing", async () => {
    const { library } = await mountApp(path, unlockedStatus, (services) => (services.library.items = [clip]))
    await page.getByRole("button", { name: "Join the recording" }).click()
    await expect.element(page.getByText("Its end is missing.", { exact: false })).toBeInTheDocument()
    expect(library.items).toMatchObject([{ kind: "clip", clip: undefined }])
  })

  test("takes it away when what comes fails its checks while it plays", async () => {
    const { library } = await mountApp(path, unlockedStatus, (services) => {
      services.library.items = [clip]
      const late = new CaptureError("CAPTURE_MEDIA_INVALID", "Cannot open media")
      services.library.broken.set(`playing ${clip.captureId}`, late)
    })
    await expect.element(page.getByRole("alert")).toMatchTextContent(/damaged or was swapped\./)
    expect(document.querySelector("video")).toBeNull()
    expect(library.playing.size).toBe(0)
  })
})

describe("clips in the grid", () => {
  const part = (index: number): LibraryItem =>
    clipItem(soundItem(20 + index, Date.now() + index), { id: "r".repeat(22), index, last: false }, 4.2)

  test("say how long they are, and parts of a cut recording stand as one", async () => {
    const whole = clipItem(soundItem(1, Date.now()), undefined, 65)
    await mountApp("/library", unlockedStatus, ({ library }) => {
      library.items = [part(2), part(1), whole, part(0), soundItem(2, Date.now())]
    })
    await expect.element(page.getByRole("link", { name: /^Clip, .*, 1:05$/ })).toMatchTextContent(/1:05/)
    const cut = page.getByRole("link", { name: /^Recording that was cut, .*, 3 parts$/ })
    await expect.element(cut).toMatchTextContent(/Cut ·\s*0:12/)
    await expect.element(cut).toHaveAttribute("href", "/library/fixture000000000000020")
    expect(document.querySelectorAll(".tile")).toHaveLength(3)
  })
})
