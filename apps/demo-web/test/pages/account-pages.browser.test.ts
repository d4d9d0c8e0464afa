import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import type { AccountStatus } from "../../src/account/account-service.ts"
import { ServerError } from "../../src/http/server-error.ts"
import { fixtureAccountId, lockedStatus, unlockedStatus } from "../fixtures/fixture-account.ts"
import { mountApp } from "../fixtures/mount-app.ts"

const signedOut: AccountStatus = { status: "signed-out" }

describe("signed out", () => {
  test("every page leads to Sign in, and signing in leads back to it", async () => {
    await mountApp("/settings", signedOut)
    await expect.element(page.getByRole("heading", { name: "Sign in" })).toBeVisible()
    expect(location.pathname).toBe("/sign-in")
    await page.getByLabelText("Handle").fill("darkroom")
    await page.getByLabelText("Password").fill("slow amber lantern")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("heading", { name: "Settings" })).toBeVisible()
    expect(location.pathname).toBe("/settings")
  })

  test("Sign in tells a wrong password in one message and keeps the handle", async () => {
    await mountApp("/sign-in", signedOut)
    await page.getByLabelText("Handle").fill("darkroom")
    await page.getByLabelText("Password").fill("not this one")
    await page.getByRole("button", { name: "Sign in" }).click()
    await expect.element(page.getByRole("alert")).toMatchTextContent(/The handle or the password is wrong\./)
    await expect.element(page.getByLabelText("Handle")).toHaveValue("darkroom")
    await expect.element(page.getByLabelText("Password")).toHaveFocus()
  })

  test("Sign in says what it is doing while it works", async () => {
    const { account } = await mountApp("/sign-in", signedOut)
    account.hold = new Promise(() => undefined)
    await page.getByLabelText("Handle").fill("darkroom")
    await page.getByLabelText("Password").fill("slow amber lantern")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByText("Asking the server…")).toBeVisible()
  })

  test("Sign in tells how long a limit lasts", async () => {
    const { account } = await mountApp("/sign-in", signedOut)
    account.failNext = new ServerError("RATE_LIMITED", "limited", { retryAfterMs: 540_000 })
    await page.getByLabelText("Handle").fill("darkroom")
    await page.getByLabelText("Password").fill("slow amber lantern")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("alert")).toMatchTextContent(/Try again in 9 minutes\./)
  })

  test("Create account wants a handle, ten characters and the same password twice", async () => {
    const { account } = await mountApp("/create-account", signedOut)
    await expect.element(page.getByText("A forgotten password cannot be recovered.")).toBeVisible()
    await page.getByRole("button", { name: "Create account" }).click()
    await expect.element(page.getByLabelText("Handle")).toHaveFocus()
    await page.getByLabelText("Handle").fill("darkroom")
    await page.getByLabelText("Password", { exact: true }).fill("slow amber")
    await page.getByLabelText("Repeat password").fill("slow ember")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByText(/The two passwords differ\./)).toBeVisible()
    expect(account.calls).toEqual([])
    await page.getByLabelText("Repeat password").fill("slow amber")
    await expect.element(page.getByText(/The two passwords differ\./)).not.toBeInTheDocument()
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("heading", { name: "Camera" })).toBeVisible()
    expect(account.calls).toEqual(["create darkroom"])
  })

  test("Create account says when a handle is taken", async () => {
    const { account } = await mountApp("/create-account", signedOut)
    account.failNext = new ServerError("HANDLE_TAKEN", "taken")
    await page.getByLabelText("Handle").fill("darkroom")
    await page.getByLabelText("Password", { exact: true }).fill("slow amber lantern")
    await page.getByLabelText("Repeat password").fill("slow amber lantern")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("alert")).toMatchTextContent(/This handle is taken\./)
  })
})

describe("locked", () => {
  test.each(["/camera", "/library", "/settings"])("%s asks for the password and then opens", async (path) => {
    await mountApp(path, lockedStatus)
    await expect.element(page.getByText(/Signed in as darkroom\./)).toBeVisible()
    await page.getByLabelText("Password").fill("slow amber lantern")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("heading", { name: "Locked" })).not.toBeInTheDocument()
    expect(location.pathname).toBe(path)
  })

  test("Unlock tells a wrong password, and offers to sign out", async () => {
    const { account } = await mountApp("/library", lockedStatus)
    await page.getByLabelText("Password").fill("not this one")
    await page.getByRole("button", { name: "Unlock" }).click()
    await expect.element(page.getByRole("alert")).toBeVisible()
    await page.getByRole("button", { name: "Sign out" }).click()
    await expect.element(page.getByRole("heading", { name: "Sign in" })).toBeVisible()
    expect(account.calls).toEqual(["sign out"])
  })
})

describe("settings", () => {
  test("the account id is shown whole", async () => {
    await mountApp("/settings", unlockedStatus)
    await expect
      .poll(() => document.querySelector(".account-id")?.textContent.replaceAll(/\s/g, ""))
      .toBe(fixtureAccountId)
  })

  test("Export key asks for the password, tells a wrong one, and Escape closes and forgets it", async () => {
    await mountApp("/settings", unlockedStatus)
    await page.getByRole("button", { name: "Export key" }).click()
    await page.getByLabelText("Password").fill("not this one")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("alert")).toMatchTextContent(/is wrong/)
    await userEvent.keyboard("{Escape}")
    await expect.element(page.getByRole("button", { name: "Export", exact: true })).not.toBeInTheDocument()
    await page.getByRole("button", { name: "Export key" }).click()
    await expect.element(page.getByLabelText("Password")).toHaveValue("")
  })

  test("signing out leads to Sign in, and the next person starts at the camera", async () => {
    await mountApp("/settings", unlockedStatus)
    await page.getByRole("button", { name: "Sign out" }).click()
    await expect.element(page.getByRole("heading", { name: "Sign in" })).toBeVisible()
    await page.getByLabelText("Handle").fill("bo")
    await page.getByLabelText("Password").fill("slow amber lantern")
    await userEvent.keyboard("{Enter}")
    await expect.element(page.getByRole("heading", { name: "Camera" })).toBeVisible()
  })
})

describe("the shell", () => {
  test("moves the focus to the heading and changes the title on navigation", async () => {
    await mountApp("/settings", unlockedStatus)
    await page.getByRole("link", { name: "Library", exact: true }).click()
    await expect.element(page.getByRole("heading", { level: 1, name: "Library" })).toHaveFocus()
    expect(document.title).toBe("Library · Darkslide")
    await expect
      .element(page.getByRole("link", { name: "Library", exact: true }))
      .toHaveAttribute("aria-current", "page")
    history.back()
    await expect.element(page.getByRole("heading", { level: 1, name: "Settings" })).toHaveFocus()
  })

  test("a server that cannot be reached at the start is said, with a way to try again", async () => {
    await mountApp(
      "/camera",
      { status: "unknown" },
      ({ account }) => (account.failNext = new ServerError("OFFLINE", "off")),
    )
    await expect.element(page.getByRole("alert")).toMatchTextContent(/The server cannot be reached\./)
    await expect.element(page.getByRole("button", { name: "Try again" })).toBeVisible()
  })
})
