import { CaptureError } from "@darkslide/capture"
import axe from "axe-core"
import { describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import type { AccountStatus } from "../../src/account/account-service.ts"
import { lockedStatus, unlockedStatus } from "../fixtures/fixture-account.ts"
import { addFile } from "../fixtures/fixture-details.ts"
import { brokenThumbnail, soundItem } from "../fixtures/fixture-library.ts"
import { motionVerdict } from "../fixtures/fixture-cameras.ts"
import { callStates } from "./call-states.ts"
import { roomStates } from "./room-states.ts"
import { mountApp, type MountedApp } from "../fixtures/mount-app.ts"

const signedOut: AccountStatus = { status: "signed-out" }
const forever = new Promise<void>(() => undefined)

export interface PageState {
  readonly name: string
  readonly path: string
  readonly status: AccountStatus
  readonly prepare?: (services: Omit<MountedApp, "app">) => unknown
  /** Brings the page to the state in question, and waits for it. */
  readonly reach: () => Promise<void>
}

const states: readonly PageState[] = [
  { name: "Sign in", path: "/sign-in", status: signedOut, reach: () => seeHeading("Sign in") },
  {
    name: "Sign in, refused",
    path: "/sign-in",
    status: signedOut,
    async reach() {
      await page.getByLabelText("Handle").fill("darkroom")
      await page.getByLabelText("Password").fill("not this one")
      await userEvent.keyboard("{Enter}")
      await expect.element(page.getByRole("alert")).toBeVisible()
    },
  },
  {
    name: "Create account, with problems",
    path: "/create-account",
    status: signedOut,
    async reach() {
      await page.getByLabelText("Password", { exact: true }).fill("short")
      await userEvent.keyboard("{Enter}")
      await expect.element(page.getByText("Use at least 10 characters.")).toBeVisible()
    },
  },
  ...metadataStates(),
  ...alertStates(),
  ...roomStates(),
  ...callStates(),
  { name: "Locked", path: "/library", status: lockedStatus, reach: () => seeHeading("Locked") },
  { name: "Camera, live", path: "/camera", status: unlockedStatus, reach: () => seeShutter() },
  {
    name: "Camera, denied",
    path: "/camera",
    status: unlockedStatus,
    prepare: ({ cameras }) => (cameras.failure = new CaptureError("CAPTURE_DENIED", "Cannot use camera: denied")),
    reach: async () => await expect.element(page.getByRole("alert")).toBeVisible(),
  },
  {
    name: "Camera, reviewing",
    path: "/camera",
    status: unlockedStatus,
    async reach() {
      await takePhoto()
    },
  },
  {
    name: "Camera, saving",
    path: "/camera",
    status: unlockedStatus,
    prepare({ library }) {
      library.hold = forever
    },
    async reach() {
      await takePhoto()
      await page.getByRole("button", { name: "Save securely" }).click()
      await expect.element(page.getByRole("progressbar")).toBeVisible()
    },
  },
  {
    name: "Camera, saved",
    path: "/camera",
    status: unlockedStatus,
    async reach() {
      await takePhoto()
      await page.getByRole("button", { name: "Save securely" }).click()
      await expect.element(page.getByRole("link", { name: "View it in the Library" })).toBeVisible()
    },
  },
  {
    name: "Camera, counting down",
    path: "/camera",
    status: unlockedStatus,
    prepare({ cameras }) {
      cameras.tick = forever
    },
    async reach() {
      await seeShutter()
      await page.getByLabelText("Timer").selectOptions("3 s")
      await page.getByRole("button", { name: "Take photo" }).click()
      await expect.element(page.getByRole("button", { name: "Stop the timer" })).toBeVisible()
    },
  },
  {
    name: "Camera, reviewing a burst",
    path: "/camera",
    status: unlockedStatus,
    async reach() {
      await seeShutter()
      await page.getByLabelText("Pictures").selectOptions("5 in a row")
      await takePhoto("Save 5 securely")
    },
  },
  {
    name: "Camera, covered",
    path: "/camera",
    status: unlockedStatus,
    prepare: ({ cameras }) => cameras.picture.set("covered"),
    reach: async () => await expect.element(page.getByText("Something covers the lens, or it is dark.")).toBeVisible(),
  },
  {
    name: "Camera, recording",
    path: "/camera",
    status: unlockedStatus,
    async reach() {
      await chooseMode("Clip")
      await page.getByRole("button", { name: "Record" }).click()
      await expect.element(page.getByRole("timer")).toBeVisible()
    },
  },
  {
    name: "Camera, watching for motion",
    path: "/camera",
    status: unlockedStatus,
    prepare: ({ cameras }) => cameras.motion.set(motionVerdict("motion")),
    async reach() {
      await chooseMode("Motion")
      await page.getByRole("button", { name: "Watch for movement" }).click()
      await expect.element(page.getByText(/^\s*1\s+capture saved/)).toBeVisible()
    },
  },
  {
    name: "Camera, drawing a zone",
    path: "/camera",
    status: unlockedStatus,
    async reach() {
      await chooseMode("Motion")
      await page.getByRole("button", { name: "Watch a zone" }).click()
      await expect.element(page.getByRole("application")).toHaveFocus()
    },
  },
  {
    name: "Camera, several",
    path: "/camera",
    status: unlockedStatus,
    async reach() {
      await chooseMode("Several")
      await expect.poll(() => document.querySelectorAll(".station video").length).toBe(2)
    },
  },
  {
    name: "Library, with refused items",
    path: "/library",
    status: unlockedStatus,
    prepare: ({ library }) => library.broken.set(`thumbnail ${library.items[1]!.captureId}`, brokenThumbnail()),
    async reach() {
      await expect.element(page.getByText("Refused")).toBeVisible()
      await expect.poll(() => document.querySelectorAll("darkslide-thumbnail img").length).toBe(3)
    },
  },
  {
    name: "Library, empty",
    path: "/library",
    status: unlockedStatus,
    prepare: ({ library }) => (library.items = []),
    reach: async () => await expect.element(page.getByText("Nothing here yet")).toBeVisible(),
  },
  {
    name: "Photo",
    path: "/library",
    status: unlockedStatus,
    reach: async () => await openFirstPhoto(),
  },
  {
    name: "Photo, asking before deletion",
    path: "/library",
    status: unlockedStatus,
    async reach() {
      await openFirstPhoto()
      await page.getByRole("button", { name: "Delete" }).click()
      await expect.element(page.getByRole("button", { name: "Delete photo" })).toBeVisible()
    },
  },
  { name: "Settings", path: "/settings", status: unlockedStatus, reach: () => seeHeading("Settings") },
  {
    name: "Settings, exporting the key",
    path: "/settings",
    status: unlockedStatus,
    async reach() {
      await page.getByRole("button", { name: "Export key" }).click()
      await expect.element(page.getByRole("button", { name: "Export", exact: true })).toBeVisible()
    },
  },
  {
    name: "What the server sees",
    path: "/what-the-server-sees",
    status: signedOut,
    reach: () => seeHeading("What the server sees"),
  },
  { name: "No such page", path: "/nowhere", status: signedOut, reach: () => seeHeading("No such page") },
]

describe.each(["light", "dark"])("in %s", (scheme) => {
  test.each(states)("$name has no accessibility violation", async ({ path, status, prepare, reach }) => {
    await mountApp(path, status, prepare)
    document.documentElement.style.colorScheme = scheme
    await reach()
    await settleAnimations()
    const { violations } = await axe.run(document.body, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    })
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([])
  })
})

async function seeHeading(name: string): Promise<void> {
  await expect.element(page.getByRole("heading", { level: 1, name })).toBeVisible()
}

async function seeShutter(): Promise<void> {
  await expect.element(page.getByRole("button", { name: "Take photo" })).toBeEnabled()
}

async function takePhoto(save = "Save securely"): Promise<void> {
  await seeShutter()
  await page.getByRole("button", { name: "Take photo" }).click()
  await expect.element(page.getByRole("button", { name: save })).toBeVisible()
}

async function chooseMode(name: string): Promise<void> {
  await seeShutter()
  await page.getByText(name, { exact: true }).first().click()
}

async function openFirstPhoto(): Promise<void> {
  await page
    .getByRole("link", { name: /^Photo, / })
    .first()
    .click()
  await expect.element(page.getByRole("img", { name: /^Photo of / })).toBeVisible()
}

/** A colour half way through a transition has no contrast of its own. A spinner never ends and is left alone. */
async function settleAnimations(): Promise<void> {
  const endless = (animation: Animation): boolean =>
    animation.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY
  await Promise.all(
    document
      .getAnimations()
      .filter((one) => !endless(one))
      .map((one) => one.finished),
  )
}

/** A file's details with both dialogs, files on their way, and Search. */
function metadataStates(): readonly PageState[] {
  const item = soundItem(1, Date.UTC(2024, 4, 6))
  const path = `/library/${item.captureId}`
  const withFile = async (services: Omit<MountedApp, "app">): Promise<void> => {
    services.library.items = [item]
    if (item.refused === undefined) await addFile(services, item)
  }
  const seeDetails = async (): Promise<void> =>
    await expect.element(page.getByRole("heading", { name: "Histogram" })).toBeVisible()
  const shared = { status: unlockedStatus, prepare: withFile }
  return [
    { ...shared, name: "Details", path, reach: seeDetails },
    {
      ...shared,
      name: "Details, editing",
      path,
      async reach() {
        await seeDetails()
        await page.getByRole("button", { name: "Edit" }).click()
        await expect.element(page.getByLabelText("Title")).toBeVisible()
      },
    },
    {
      ...shared,
      name: "Details, watermark",
      path,
      async reach() {
        await seeDetails()
        await page.getByRole("button", { name: "Watermark and download" }).click()
        await expect.element(page.getByRole("img", { name: "Preview with the mark" })).toBeVisible()
      },
    },
    {
      ...shared,
      name: "Search, filters open",
      path: "/search",
      async reach() {
        await expect.element(page.getByRole("heading", { name: "1 found" })).toBeVisible()
        await page.getByText("Filters").click()
        await page.getByLabelText("Place").selectOptions("Within a box")
        await expect.element(page.getByLabelText("South")).toBeVisible()
      },
    },
    {
      name: "Search, nothing there",
      path: "/search",
      status: unlockedStatus,
      prepare: ({ library }) => (library.items = []),
      reach: async () => await expect.element(page.getByText("Nothing to search yet")).toBeVisible(),
    },
    {
      name: "Files on their way",
      path: "/library",
      status: unlockedStatus,
      prepare: ({ files }) =>
        files.add([new File(["x"], "notes.txt"), new File([], "none.jpg")], { cleaning: "strict" }),
      reach: async () => await expect.element(page.getByText(/The file is empty\./)).toBeVisible(),
    },
  ]
}

/** Alerts with much and with nothing, the question after a login, an armed browser's form, and arming it. */
function alertStates(): readonly PageState[] {
  const filled = ({ alerts }: Omit<MountedApp, "app">): void => alerts.fill(Date.now())
  return [
    {
      name: "Alerts, nothing there",
      path: "/alerts",
      status: unlockedStatus,
      reach: async () => await expect.element(page.getByText("Nothing. Nobody failed to sign in.")).toBeVisible(),
    },
    {
      name: "Alerts, filled",
      path: "/alerts",
      status: unlockedStatus,
      prepare: filled,
      reach: async () => await expect.element(page.getByText(/^12 more tries/)).toBeVisible(),
    },
    {
      name: "Alerts, a photo opened",
      path: "/alerts",
      status: unlockedStatus,
      prepare: filled,
      async reach() {
        await page
          .getByRole("button", { name: /^View the photo of/ })
          .first()
          .click()
        await expect.poll(() => document.querySelector<HTMLImageElement>("#photo img")?.naturalWidth).toBeGreaterThan(0)
      },
    },
    {
      name: "Was this you?",
      path: "/library",
      status: unlockedStatus,
      prepare: filled,
      reach: async () => await expect.element(page.getByRole("heading", { name: "Was this you?" })).toBeVisible(),
    },
    {
      name: "Sign in, armed",
      path: "/sign-in",
      status: signedOut,
      prepare: async ({ sentinel }) => await sentinel.arm({ content: "link" }),
      reach: async () => await expect.element(page.getByText(/takes a photo for its owner/)).toBeVisible(),
    },
    {
      name: "Settings, armed",
      path: "/settings",
      status: unlockedStatus,
      prepare: async ({ sentinel }) => await sentinel.arm({ content: "clear" }),
      reach: async () => await expect.element(page.getByRole("button", { name: "Disarm this browser" })).toBeVisible(),
    },
  ]
}
