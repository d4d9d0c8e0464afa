import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import { motionVerdict } from "../fixtures/fixture-cameras.ts"
import { mountApp, type MountedApp } from "../fixtures/mount-app.ts"

const button = (name: string | RegExp) => page.getByRole("button", { name })
const live = () => document.querySelector("darkslide-app > [aria-live]")?.textContent

async function openMode(name: string, prepare?: (services: Omit<MountedApp, "app">) => void): Promise<MountedApp> {
  const mounted = await mountApp("/camera", unlockedStatus, prepare)
  await expect.poll(() => document.querySelector("video")).not.toBeNull()
  await page.getByText(name, { exact: true }).first().click()
  await expect.element(page.getByRole("radio", { name })).toBeChecked()
  return mounted
}

describe("photos", () => {
  test("a timer counts down where it is seen and heard, and can be stopped", async () => {
    let next: () => void = () => undefined
    const { cameras } = await mountApp("/camera", unlockedStatus, (services) => {
      services.cameras.tick = new Promise((resolve) => (next = resolve))
    })
    await page.getByLabelText("Timer").selectOptions("3 s")
    await button("Take photo").click()
    await expect.element(page.getByText("3", { exact: true }).first()).toBeVisible()
    await expect.poll(live).toBe("3")
    await expect.element(button("Stop the timer")).toHaveFocus()
    await userEvent.keyboard("{Escape}")
    await expect.element(button("Take photo")).toHaveFocus()
    await expect.poll(live).toBe("The timer was stopped.")
    next()
    cameras.tick = Promise.resolve()
    await button("Take photo").click()
    await expect.element(button("Save securely")).toBeVisible()
  })

  test("of a burst those that were liked are saved, and the choice is remembered", async () => {
    const { library } = await mountApp("/camera", unlockedStatus)
    const before = library.items.length
    await page.getByLabelText("Pictures").selectOptions("3 in a row")
    await button("Take photo").click()
    await page.getByRole("checkbox", { name: /^Photo 2/ }).click()
    await button("Save 2 securely").click()
    await expect.element(page.getByText(/2 photos saved\. Only you can open them\./)).toBeVisible()
    expect(library.items).toHaveLength(before + 2)
    expect(JSON.parse(localStorage.getItem("darkslide.camera-page") ?? "")).toMatchObject({ count: 3 })
  })

  test("a covered or frozen camera is said", async () => {
    const { cameras } = await mountApp("/camera", unlockedStatus)
    cameras.picture.set("covered")
    await expect.element(page.getByText("Something covers the lens, or it is dark.")).toBeVisible()
    cameras.picture.set("frozen")
    await expect.element(page.getByText(/The picture stands still/)).toBeVisible()
    cameras.picture.set("ok")
    await expect.element(page.getByText(/The picture stands still/)).not.toBeInTheDocument()
  })
})

describe("clips", () => {
  test("one is recorded and saved, and no other mode takes it away meanwhile", async () => {
    const { library } = await openMode("Clip")
    const before = library.items.length
    await button("Record").click()
    await expect.element(page.getByRole("timer")).toBeVisible()
    await expect.element(page.getByRole("radio", { name: "Photo" })).toBeDisabled()
    await button("Stop").click()
    await expect.element(page.getByRole("link", { name: "View it in the Library" })).toBeVisible()
    expect(library.items).toHaveLength(before + 1)
    expect(library.items[0]).toMatchObject({ kind: "clip", clip: undefined })
    await expect.element(page.getByRole("radio", { name: "Photo" })).toBeEnabled()
  })

  test("leaving the page ends the recording and keeps it", async () => {
    const { library } = await openMode("Clip")
    const before = library.items.length
    await button("Record").click()
    await expect.element(page.getByRole("timer")).toBeVisible()
    await page.getByRole("link", { name: "Settings", exact: true }).click()
    await expect.element(page.getByText("Saved. Only you can open it.")).toBeInTheDocument()
    expect(library.items).toHaveLength(before + 1)
  })
})

describe("motion", () => {
  test("what moves is saved once, then it rests; the reason shows", async () => {
    const { library, cameras } = await openMode("Motion")
    const before = library.items.length
    await button("Watch for movement").click()
    await expect.element(page.getByText("Nothing moves")).toBeVisible()
    cameras.motion.set(motionVerdict("light"))
    await expect.element(page.getByText("The light changes")).toBeVisible()
    expect(library.items).toHaveLength(before)
    cameras.motion.set(motionVerdict("motion"))
    await expect.element(page.getByText(/^\s*1\s+capture saved/)).toBeVisible()
    cameras.motion.set(motionVerdict("motion"))
    await expect.element(page.getByText(/^Resting, \d+ s$/)).toBeVisible()
    expect(library.items).toHaveLength(before + 1)
    expect(document.querySelector(".cells.moving")?.getAttribute("d")).toMatch(/^M2 3h1/)
  })

  test("a zone is drawn by the keyboard alone, watched, and removed", async () => {
    const { cameras } = await openMode("Motion")
    await button("Ignore a zone").click()
    await expect.element(page.getByRole("application")).toHaveFocus()
    await userEvent.keyboard(" {ArrowRight}{ArrowRight} {Enter}")
    await expect.poll(live).toBe("A zone needs three corners.")
    await userEvent.keyboard("{ArrowDown}{ArrowDown} {Enter}")
    await expect.element(page.getByText("Zone 1", { exact: false }).first()).toBeVisible()
    await button("Watch for movement").click()
    // The preview is mirrored: right on the screen is left in the picture.
    const corners = [
      [0.5, 0.5],
      [0.4, 0.5],
      [0.4, 0.6],
    ]
    await expect
      .poll(() => cameras.watched.at(-1)?.zones)
      .toEqual([{ name: "Zone 1", rule: "ignore", polygon: corners }])
    await button("Remove Zone 1").click()
    await expect.poll(() => cameras.watched.at(-1)?.zones).toEqual([])
  })

  test("a zone is drawn by the pointer, and closed at its first corner", async () => {
    await openMode("Motion")
    await button("Watch a zone").click()
    const pad = page.getByRole("application")
    const box = pad.element().getBoundingClientRect()
    for (const [x, y] of [
      [0.3, 0.3],
      [0.7, 0.3],
      [0.5, 0.7],
      [0.3, 0.3],
    ] as const)
      await pad.click({ position: { x: x * box.width, y: y * box.height } })
    await expect.element(button("Remove Zone 1")).toBeVisible()
  })

  test("sensitivity goes to the detector at once", async () => {
    const { cameras } = await openMode("Motion")
    await button("Watch for movement").click()
    await expect.poll(() => cameras.watched.at(-1)?.sensitivity).toBe(6)
    page
      .getByLabelText(/^Sensitivity/)
      .element()
      .focus()
    await userEvent.keyboard("{ArrowRight}{ArrowRight}")
    await expect.poll(() => cameras.watched.at(-1)?.sensitivity).toBe(8)
  })
})

describe("several cameras", () => {
  test("each takes its own photo, and can be left out", async () => {
    const { library, cameras } = await openMode("Several")
    const before = library.items.length
    await expect.poll(() => document.querySelectorAll(".station video").length).toBe(2)
    expect(cameras.opened).toEqual(["desk", "desk", "door"])
    await button(/^Photo Door camera/).click()
    await expect.element(page.getByRole("region", { name: "Door camera" })).toMatchTextContent(/Photo sealed\./)
    expect(library.items).toHaveLength(before + 1)
    await page.getByRole("checkbox", { name: "Desk camera" }).click()
    await expect.poll(() => document.querySelectorAll(".station").length).toBe(1)
    await page.getByText("Photo", { exact: true }).first().click()
    await expect.element(button("Take photo")).toBeEnabled()
  })
})
