import axe from "axe-core"
import { describe, expect, onTestFinished, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import { lockedStatus, unlockedStatus } from "../fixtures/fixture-account.ts"
import { soundItem } from "../fixtures/fixture-library.ts"
import { queuedItem } from "../fixtures/fixture-uploads.ts"
import { mountApp } from "../fixtures/mount-app.ts"

const panel = () => page.getByRole("region", { name: "Uploads" })
const ids = [soundItem(1, 0), soundItem(2, 0), soundItem(3, 0)].map(({ captureId }) => captureId)
const [first = "", second = "", third = ""] = ids

async function unfold(): Promise<void> {
  await expect.element(panel()).toBeVisible()
  const details = panel().element().querySelector("details")
  details?.querySelector("summary")?.focus()
  await userEvent.keyboard("{Enter}")
  expect(details?.open).toBe(true)
}

describe("the upload panel", () => {
  test("is not there while nothing waits", async () => {
    await mountApp("/library", unlockedStatus)
    await expect.element(page.getByRole("heading", { name: "Library" })).toBeVisible()
    await expect.element(panel()).not.toBeInTheDocument()
  })

  test("tells how many wait and why, and each one's state and picture", async () => {
    const { uploads } = await mountApp("/library", unlockedStatus)
    uploads.view.set({ status: "offline", items: [queuedItem(first), queuedItem(second, { attempts: 2 })] })
    await expect.element(panel()).toMatchTextContent(/2 captures are only here\s*You are offline\./)
    await unfold()
    await expect.poll(() => panel().element().querySelectorAll("img").length).toBe(2)
    uploads.view.set({ status: "uploading", items: [queuedItem(first, { state: "uploading", sentBytes: 100_000 })] })
    await expect.element(panel()).toMatchTextContent(/1 capture is only here\s*Uploading…/)
    await expect.element(page.getByText("Uploading, 25 %")).toBeVisible()
    await expect.element(panel().getByRole("progressbar").first()).toHaveAttribute("max", "400000")
    uploads.view.set({ status: "idle", items: [] })
    await expect.element(page.getByText("Everything is on the server.")).toBeInTheDocument()
    await expect.element(panel()).not.toBeInTheDocument()
  })

  test("lets a person try again and remove, by the keyboard alone", async () => {
    const { uploads } = await mountApp("/camera", unlockedStatus)
    const failure = { code: "CAPTURE_UPLOAD_REJECTED", status: 413, problem: "QUOTA_EXCEEDED" }
    uploads.view.set({
      status: "unauthorized",
      items: [
        queuedItem(first, { state: "failed", failure }),
        queuedItem(second),
        queuedItem(third, { state: "expired" }),
      ],
    })
    await unfold()
    await expect.element(page.getByText("Your space on the server is full.")).toBeVisible()
    await expect.element(page.getByText("Too old to be sent by itself")).toBeVisible()
    await page.getByRole("button", { name: "Try now" }).click()
    for (const name of [/^Try again, 18 November 2026/, /^Remove, 18 November 2026/]) {
      page.getByRole("button", { name }).first().element().focus()
      await userEvent.keyboard("{Enter}")
    }
    await expect.poll(() => uploads.calls).toEqual(["try now", `retry ${first}`, `remove ${first}`])
  })

  test("pauses and goes on", async () => {
    const { uploads } = await mountApp("/camera", unlockedStatus)
    uploads.view.set({ status: "uploading", items: [queuedItem(first)] })
    await unfold()
    await page.getByRole("button", { name: "Pause" }).click()
    uploads.view.set({ status: "paused", items: [queuedItem(first)] })
    await page.getByRole("button", { name: "Resume" }).click()
    expect(uploads.calls).toEqual(["pause", "try now"])
  })

  test("shows no pictures while the keys are locked", async () => {
    const { uploads } = await mountApp("/library", lockedStatus)
    uploads.view.set({ status: "uploading", items: [queuedItem(first)] })
    await unfold()
    expect(panel().element().querySelector("darkslide-thumbnail")).toBeNull()
  })

  for (const scheme of ["light", "dark"])
    test(`has no accessibility violation and fits a phone, in ${scheme}`, async () => {
      const { uploads } = await mountApp("/library", unlockedStatus)
      document.documentElement.style.colorScheme = scheme
      uploads.view.set({ status: "waiting", items: ids.map((id) => queuedItem(id, { state: "failed" })) })
      await unfold()
      await expect.poll(() => panel().element().querySelectorAll("img").length).toBe(3)
      const { violations } = await axe.run(panel().element())
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      const { width, height } = { width: window.innerWidth, height: window.innerHeight }
      await page.viewport(360, 740)
      onTestFinished(() => page.viewport(width, height))
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360)
      for (const button of panel().element().querySelectorAll("button"))
        expect(Math.min(button.offsetWidth, button.offsetHeight)).toBeGreaterThanOrEqual(44)
    })
})
