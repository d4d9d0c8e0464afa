import { readMetadata } from "@darkslide/metadata"
import { HistoryError } from "@darkslide/metadata/history"
import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import type { LibraryItem } from "../../src/library/library-service.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import { addFile } from "../fixtures/fixture-details.ts"
import { soundItem } from "../fixtures/fixture-library.ts"
import { drawPicture } from "../fixtures/fixture-pictures.ts"
import { mountApp, type MountedApp } from "../fixtures/mount-app.ts"
import { richMetadata } from "../fixtures/rich-metadata.ts"

type SoundItem = Extract<LibraryItem, { refused?: undefined }>
const item = (number: number): SoundItem => soundItem(number, Date.UTC(2024, 4, 6, 5, 8)) as SoundItem
const files = async (...names: readonly string[]): Promise<File[]> =>
  await Promise.all(names.map(async (name, seed) => new File([await drawPicture(seed, 64, 48)], name)))

function transferOf(some: readonly File[]): DataTransfer {
  const transfer = new DataTransfer()
  for (const file of some) transfer.items.add(file)
  return transfer
}

describe("adding files", () => {
  test("by drop, each with its name and end, and shows them in the Library", async () => {
    const { library, history } = await mountApp("/library", unlockedStatus, (services) => (services.library.items = []))
    await expect.element(page.getByRole("button", { name: "Add files" })).toBeVisible()
    const dataTransfer = transferOf([...(await files("one.jpg", "two.jpg")), new File(["nothing"], "notes.txt")])
    document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }))
    await expect.element(page.getByText("Drop to add")).toBeVisible()
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }))
    await expect.element(page.getByText("2 added, 1 not.").first()).toBeInTheDocument()
    await expect.element(page.getByText(/This is no photo or clip that Darkslide knows\./)).toBeVisible()
    await expect.poll(() => library.items.length).toBe(2)
    await expect.poll(async () => (await history.search({ words: "one.jpg" })).total).toBe(1)
    await expect.poll(() => page.getByRole("link", { name: /^Photo, / }).elements().length).toBe(2)
    await page.getByRole("button", { name: "Close" }).click()
    await expect.element(page.getByText("notes.txt")).not.toBeInTheDocument()
  })

  test("by paste", async () => {
    const { library } = await mountApp("/library", unlockedStatus, (services) => (services.library.items = []))
    await expect.element(page.getByRole("button", { name: "Add files" })).toBeVisible()
    const clipboardData = transferOf(await files("pasted.jpg"))
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
    await expect.poll(() => library.items.length).toBe(1)
  })

  test("can be cancelled, one and all", async () => {
    const { library, files: service } = await mountApp("/library", unlockedStatus, (services) => {
      services.library.items = []
      services.library.hold = new Promise(() => undefined)
    })
    service.add(await files("a.jpg", "b.jpg", "c.jpg"), { cleaning: "strict" })
    await page.getByRole("button", { name: "Cancel b.jpg" }).click()
    await expect.element(page.getByText(/Cancelled/)).toBeVisible()
    await page.getByRole("button", { name: "Cancel all" }).click()
    await expect.poll(() => page.getByText(/Cancelled/).elements().length).toBe(3)
    expect(library.items).toEqual([])
  })

  test("offers a damaged picture as a new JPEG", async () => {
    const { library, files: service } = await mountApp("/library", unlockedStatus, (s) => (s.library.items = []))
    // The last lines are missing: browsers draw the others, but what stood behind them nobody can tell.
    const whole = await drawPicture(3, 640, 480, "image/png")
    service.add([new File([whole.slice(0, Math.floor(whole.size * 0.9))], "cut.png")], { cleaning: "strict" })
    await page.getByRole("button", { name: "Add cut.png as new JPEG" }).click()
    await expect.poll(() => library.items.length).toBe(1)
  })
})

describe("what a file says", () => {
  const open = async (): Promise<MountedApp> => {
    const one = item(1)
    return await mountApp(`/library/${one.captureId}`, unlockedStatus, async (services) => {
      services.library.items = [one]
      await addFile(services, one)
    })
  }

  test("stands in groups, with place, hidden things and a histogram", async () => {
    await open()
    await expect.element(page.getByText("Canon EOS R6", { exact: true })).toBeVisible()
    await expect.element(page.getByText("1/250 s")).toBeVisible()
    await expect.element(page.getByText("UTC+02:00")).toBeVisible()
    await expect.element(page.getByText("53.54321, 9.98765")).toBeVisible()
    await expect.element(page.getByText("53° 32′ 35.6″ N, 9° 59′ 15.5″ E")).toBeVisible()
    await expect.element(page.getByText(/2\.1 MB after the end of the picture/)).toBeVisible()
    await expect.element(page.getByText(/Signed provenance/)).toBeVisible()
    await expect.element(page.getByRole("img", { name: /% dark/ })).toBeVisible()
    const map = page.getByRole("link", { name: "Open in OpenStreetMap" })
    await expect.element(map).toHaveAttribute("rel", "noopener noreferrer")
    await expect.element(page.getByText(/tells openstreetmap\.org/)).toBeVisible()
  })

  test("is edited in the history", async () => {
    const { history } = await open()
    await page.getByRole("button", { name: "Edit" }).click()
    await page.getByLabelText("Title").fill("Night harbour")
    await page.getByLabelText("Keywords").fill("boats, , night")
    await page.getByLabelText("Zone").fill("noon")
    await page.getByRole("button", { name: "Save" }).click()
    await expect.element(page.getByText("Use a zone such as +02:00, -09:30 or Z.")).toBeVisible()
    await page.getByLabelText("Zone").fill("+01:00")
    await page.getByRole("button", { name: "Save" }).click()
    await expect.element(page.getByText("Night harbour")).toBeVisible()
    const { records } = await history.search({ words: "night" })
    expect(records[0]).toMatchObject({
      keywords: ["boats", "night"],
      taken: { local: "2024-05-06T07:08:09", offset: "+01:00" },
    })
  })

  test("is written into the picture on request, in a new capture", async () => {
    const { library, history } = await open()
    await page.getByRole("button", { name: "Edit" }).click()
    await page.getByLabelText("Title").fill("Night harbour")
    await page.getByLabelText("Write it into the picture as well").click()
    await expect.element(page.getByLabelText("Artist")).toHaveValue("Ada")
    await page.getByLabelText("Artist").fill("Ada; Zoë")
    await page.getByLabelText("Copyright").fill("© Ada")
    await page.getByLabelText("Place, in degrees").fill("somewhere")
    await page.getByRole("button", { name: "Save" }).click()
    await expect.element(page.getByText("Use a latitude and a longitude, such as 60.39291, 5.32415.")).toBeVisible()
    await page.getByLabelText("Place, in degrees").fill("-33.85678, 151.2153")
    await page.getByRole("button", { name: "Save" }).click()
    await expect.element(page.getByRole("heading", { name: "Written in the picture" })).toBeVisible()
    const [replaced] = library.items
    expect(library.items.length).toBe(1)
    expect(replaced!.captureId).not.toBe(item(1).captureId)
    const { media } = [...library.kept].at(-1)![1]
    expect(await readMetadata(media)).toMatchObject({
      description: { title: "Night harbour", artists: ["Ada", "Zoë"], copyright: "© Ada" },
      dates: { taken: { local: "2024-05-06T07:08:09", offset: "+02:00" } },
      location: { latitude: expect.closeTo(-33.85678, 8) as number, longitude: expect.closeTo(151.2153, 8) as number },
    })
    const { records } = await history.search({ words: "night" })
    expect(records).toMatchObject([{ id: replaced!.captureId, place: { latitude: -33.85678, longitude: 151.2153 } }])
  })

  test("loses its place on request, in a new capture", async () => {
    const { library, history } = await open()
    await page.getByRole("button", { name: "Remove location" }).click()
    await page.getByRole("button", { name: "Forget the place" }).click()
    await expect.element(page.getByText("The file names no place.")).toBeVisible()
    expect(library.items.length).toBe(1)
    expect(library.items[0]!.captureId).not.toBe(item(1).captureId)
    expect((await history.search({ hasPlace: true })).total).toBe(0)
    expect((await history.search({})).total).toBe(1)
    expect(JSON.stringify([...library.kept].at(-1))).not.toMatch(/53\.54|9\.98/)
  })

  test("is drawn with a watermark before it is downloaded", async () => {
    await open()
    await page.getByRole("button", { name: "Watermark and download" }).click()
    await expect.element(page.getByRole("img", { name: "Preview with the mark" })).toBeVisible()
    await page.getByLabelText("Text").fill("")
    await expect.element(page.getByRole("button", { name: "Download copy" })).toBeDisabled()
    await page.getByLabelText("Text").fill("© Ada")
    await page.getByLabelText("All over the picture").click()
    await expect.element(page.getByRole("button", { name: "Download copy" })).toBeEnabled()
  })
})

describe("Search", () => {
  const open = async (): Promise<MountedApp> =>
    await mountApp("/search", unlockedStatus, async (services) => {
      const some = Array.from({ length: 30 }, (_, index) => item(index + 1))
      services.library.items = some
      const { location: _, ...placeless } = richMetadata
      for (const [index, one] of some.entries()) {
        const description = { title: index === 7 ? "Night market" : `Number ${index}` }
        await addFile(services, one, { ...(index % 2 === 0 ? placeless : richMetadata), description })
      }
    })

  test("finds by words and filters, page by page", async () => {
    await open()
    await expect.element(page.getByText("1 to 24 of 30 found").first()).toBeVisible()
    await page.getByRole("button", { name: "Next" }).click()
    await expect.element(page.getByRole("heading", { name: "25 to 30 of 30 found" })).toHaveFocus()
    await page.getByLabelText("Words").fill("market")
    await expect.element(page.getByRole("link", { name: /Night market/ })).toBeVisible()
    await expect.element(page.getByRole("heading", { name: "1 found" })).toBeVisible()
    await page.getByLabelText("Words").fill("zebra")
    await expect.element(page.getByText("Nothing matches")).toBeVisible()
    await page.getByText("Filters").click()
    await page.getByRole("button", { name: "Clear all" }).click()
    await page.getByLabelText("Place").selectOptions("Only with a place")
    await expect.element(page.getByRole("heading", { name: "1 to 15 of 15 found" })).toBeVisible()
    await page.getByLabelText("Place").selectOptions("Within a box")
    await page.getByLabelText("South").fill("53")
    await expect.element(page.getByText(/and a north above the south/)).toBeVisible()
    await page.getByLabelText("West").fill("9")
    await page.getByLabelText("North").fill("54")
    await page.getByLabelText("East").fill("10")
    await expect.element(page.getByRole("heading", { name: "1 to 15 of 15 found" })).toBeVisible()
    await page.getByLabelText("Taken until").fill("2023-01-01")
    await expect.element(page.getByText("Nothing matches")).toBeVisible()
  })

  test("by keyboard: words, Enter, and the count is told", async () => {
    await open()
    await expect.element(page.getByText("1 to 24 of 30 found").first()).toBeVisible()
    await page.getByLabelText("Words").click()
    await userEvent.keyboard("market{Enter}")
    await expect.poll(() => document.querySelector("[aria-live]")?.textContent).toBe("1 found")
  })

  test("brings in photos of the camera, and says when there is nothing", async () => {
    await mountApp("/search", unlockedStatus, ({ library }) => (library.items = [item(1)]))
    await expect.element(page.getByRole("heading", { name: "1 found" })).toBeVisible()
  })

  test("of nothing leads on", async () => {
    await mountApp("/search", unlockedStatus, ({ library }) => (library.items = []))
    await expect.element(page.getByText("Nothing to search yet")).toBeVisible()
  })

  test("tells a history that was rolled back", async () => {
    await mountApp("/search", unlockedStatus, ({ history }) => {
      history.failure = new HistoryError("HISTORY_ROLLED_BACK", "Cannot open history: it ends at segment 1")
    })
    await expect.element(page.getByRole("alert")).toMatchTextContent(/older history than your account vouches for/)
  })

  test("takes in JSON Lines, and tells a broken file", async () => {
    const { history } = await mountApp("/search", unlockedStatus, ({ library }) => (library.items = []))
    await expect.element(page.getByText("Nothing to search yet")).toBeVisible()
    const input = document.querySelector<HTMLInputElement>("#import")!
    const choose = (text: string): void => {
      input.files = transferOf([new File([text], "history.jsonl")]).files
      input.dispatchEvent(new Event("change", { bubbles: true }))
    }
    choose('{"id":"x","title":"From elsewhere"}\n')
    await expect.element(page.getByText("From elsewhere")).toBeVisible()
    choose("{nothing\n")
    await expect.element(page.getByRole("alert")).toMatchTextContent(/form that is not known here/)
    expect((await history.search({})).total).toBe(1)
  })
})
