import { ServerError } from "../../src/http/server-error.ts"
import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import { mountApp } from "../fixtures/mount-app.ts"

const filled = { prepare: ({ alerts }: { alerts: { fill(now: number): void } }) => alerts.fill(Date.now()) }

describe("Alerts", () => {
  test("shows photos and alerts by day, says which were taken by whom, and deletes a photo for good", async () => {
    const { alerts } = await mountApp("/alerts", unlockedStatus, filled.prepare)
    await expect.element(page.getByRole("heading", { name: "Today" })).toBeVisible()
    await expect.element(page.getByText("14 photos after failed sign-ins")).toBeVisible()
    await expect.element(page.getByText("This photo failed its checks and is not shown.")).toBeVisible()
    // Seen: the next login does not ask about them.
    await expect.poll(() => alerts.calls).toContain("review 2")
    await page
      .getByRole("button", { name: /^Delete the photo of/ })
      .first()
      .click()
    await expect.poll(() => alerts.items.length).toBe(2)
    await page.getByRole("button", { name: "Seen: 14 photos after failed sign-ins" }).click()
    await expect.poll(() => alerts.calls).toContain("acknowledge one")
  })

  test("adds a channel by keyboard, asks for the password where it must be fresher, and sends tests", async () => {
    const { alerts, account } = await mountApp("/alerts", unlockedStatus)
    await expect.element(page.getByText(/no mail server yet/)).toBeVisible()
    alerts.failNext = new ServerError("STEP_UP_NEEDED", "too long ago")
    await page.getByLabelText("Mail address").fill("robin@example.org")
    await userEvent.keyboard("{Enter}")
    await page.getByLabelText("Password").fill(account.password)
    await userEvent.keyboard("{Enter}")
    await expect.poll(() => alerts.state.targets.length).toBe(1)
    await page.getByRole("button", { name: "Send a test: Mail, robin@example.org" }).click()
    await expect.element(page.getByText("The test was handed over.")).toBeVisible()
    await page.getByRole("button", { name: "Remove Mail, robin@example.org" }).click()
    await expect.element(page.getByText(/Nowhere yet/)).toBeVisible()
  })

  test("mutes one kind or everything for a while, says so first of all, and tells again", async () => {
    const { alerts } = await mountApp("/alerts", unlockedStatus)
    await page.getByRole("combobox", { name: "What" }).selectOptions("Failed sign-ins")
    await page.getByRole("button", { name: "Mute" }).click()
    await expect.element(page.getByText("You hear nothing of failed sign-ins.")).toBeVisible()
    const [mute] = alerts.state.mutes
    expect(mute?.until).toBeGreaterThan(Date.now() + 3_500_000)
    expect(mute?.until).toBeLessThanOrEqual(Date.now() + 3_600_000)
    await page.getByRole("combobox", { name: "What" }).selectOptions("Everything")
    await page.getByRole("combobox", { name: "For how long" }).selectOptions("Until tomorrow, 08:00")
    await page.getByRole("button", { name: "Mute" }).click()
    await expect.element(page.getByText(/^You hear nothing at all until /)).toBeVisible()
    const morning = new Date(alerts.state.mutes[0]?.until ?? 0)
    const tomorrow = new Date(new Date().setDate(new Date().getDate() + 1))
    expect([morning.toDateString(), morning.getHours()]).toEqual([tomorrow.toDateString(), 8])
    await page.getByRole("combobox", { name: "For how long" }).selectOptions("Until I say so")
    await page.getByRole("button", { name: "Mute" }).click()
    await expect.element(page.getByText("Muted until you say so.").first()).toBeVisible()
    expect(alerts.state.mutes.map(({ until }) => until)).toEqual([null, null, null, null])
    await page.getByRole("button", { name: "Tell me again: Sentinels" }).click()
    await expect.poll(() => alerts.state.mutes.map(({ kind }) => kind)).toEqual(["intruder", "logins", "channels"])
  })

  test("keeps quiet hours, and forgets them", async () => {
    const { alerts } = await mountApp("/alerts", unlockedStatus)
    await page.getByLabelText("From").fill("23:30")
    await page.getByRole("button", { name: "Keep quiet then" }).click()
    await expect.poll(() => alerts.state.quietHours).toMatchObject({ from: "23:30", to: "07:00" })
    await page.getByRole("button", { name: "No quiet hours" }).click()
    await expect.poll(() => alerts.state.quietHours).toBe(null)
  })
})

describe("Was this you?", () => {
  test("deletes the photos when it was, and is gone", async () => {
    const { alerts } = await mountApp("/library", unlockedStatus, filled.prepare)
    await page.getByRole("button", { name: "It was me: delete" }).click()
    await expect.element(page.getByRole("heading", { name: "Was this you?" })).not.toBeInTheDocument()
    // The one that was seen before stays.
    expect(alerts.items).toHaveLength(1)
  })

  test("keeps them when it was not", async () => {
    const { alerts } = await mountApp("/library", unlockedStatus, filled.prepare)
    await page.getByRole("button", { name: "Not me: keep" }).click()
    await expect.poll(() => alerts.calls).toContain("review 2")
    expect(alerts.items).toHaveLength(3)
  })
})

test("Settings arm this browser with what mails carry, and disarm it", async () => {
  const { sentinel } = await mountApp("/settings", unlockedStatus)
  await expect.element(page.getByText("This browser is not armed.")).toBeVisible()
  await page.getByRole("radio", { name: /^The sealed photo/ }).click()
  await page.getByRole("button", { name: "Arm this browser" }).click()
  await expect.element(page.getByRole("button", { name: "Disarm this browser" })).toBeVisible()
  await page.getByRole("button", { name: "Disarm this browser" }).click()
  await expect.element(page.getByText("This browser is not armed.")).toBeVisible()
  sentinel.become({ camera: "not-granted" })
  await expect.element(page.getByText(/allow the camera for good/)).toBeVisible()
  await expect.element(page.getByRole("button", { name: "Arm this browser" })).toBeDisabled()
})
