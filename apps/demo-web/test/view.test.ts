import { describe, expect, test } from "vitest"
import type { AccountStatus } from "../src/account/account-service.ts"
import type { Route } from "../src/router.ts"
import { viewOf } from "../src/view.ts"

const locked: AccountStatus = { status: "locked", handle: "darkroom", accountId: "k7" }
const unlocked: AccountStatus = { ...locked, status: "unlocked", stateNumber: 1, stateAt: 0 }
const inside: readonly Route[] = [
  { name: "camera" },
  { name: "library" },
  { name: "settings" },
  { name: "photo", captureId: "x" },
]

describe("viewOf()", () => {
  test("shows nothing of the account before its status is known", () => {
    for (const route of inside) expect(viewOf(route, { status: "unknown" }).view.name).toBe("starting")
  })

  test("leads signed-out people to Sign in, and leaves Create account to them", () => {
    for (const route of inside)
      expect(viewOf(route, { status: "signed-out" })).toEqual({ view: { name: "sign-in" }, address: "/sign-in" })
    expect(viewOf({ name: "create-account" }, { status: "signed-out" })).toEqual({ view: { name: "create-account" } })
  })

  test("puts Unlock in place of the page while the account is locked, at the page's own address", () => {
    for (const route of inside) expect(viewOf(route, locked)).toEqual({ view: { name: "unlock" } })
  })

  test("leads signed-in people from the doors to the camera", () => {
    for (const name of ["home", "sign-in", "create-account"] as const)
      expect(viewOf({ name }, unlocked)).toEqual({ view: { name: "camera" }, address: "/camera" })
  })

  test("shows what the server sees to everyone", () => {
    for (const status of [{ status: "signed-out" }, locked, unlocked] as const)
      expect(viewOf({ name: "server-sees" }, status)).toEqual({ view: { name: "server-sees" } })
  })
})
