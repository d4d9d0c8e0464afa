import { CaptureError } from "@darkslide/capture"
import { RoomsError } from "@darkslide/rooms"
import { expect } from "vitest"
import { page } from "vitest/browser"
import { MicrophoneError } from "../../src/call/microphone.ts"
import { navigate } from "../../src/page-events.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import type { MountedApp } from "../fixtures/mount-app.ts"
import type { PageState } from "./accessibility.browser.test.ts"

type Services = Omit<MountedApp, "app">

let roomId = ""

/** A call, from before it to the middle of it. */
export function callStates(): readonly PageState[] {
  const shared = { path: "/rooms", status: unlockedStatus } as const
  return [
    {
      ...shared,
      name: "Before a call",
      prepare: async (services) => {
        const relays = [{ urls: "turn:turn.example:3478", username: "1:a", credential: "b" }]
        services.calls.known = { relays, unit: new URL("https://example.org/v1/rooms/a/forwarding") }
        await makeRoom(services)
      },
      async reach() {
        await check()
        await expect.element(page.getByLabelText("Through the relay only")).toBeVisible()
        await expect.element(page.getByRole("radio", { name: "through the server" })).toBeVisible()
        await expect.element(page.getByRole("meter", { name: "Sound level" })).toBeVisible()
        await expect.element(page.getByLabelText("Your picture, as a mirror shows it")).toBeVisible()
      },
    },
    {
      ...shared,
      name: "Before a call, with nothing allowed",
      prepare: async (services) => {
        services.cameras.failure = new CaptureError("CAPTURE_DENIED", "Cannot use camera: denied")
        services.calls.failure = new MicrophoneError("MICROPHONE_DENIED", "Cannot open microphone: denied")
        await makeRoom(services)
      },
      async reach() {
        await check()
        await expect.element(page.getByText("Your browser blocks the camera for this site.")).toBeVisible()
        await expect.element(page.getByText("Your browser blocks the microphone for this site.")).toBeVisible()
      },
    },
    {
      ...shared,
      name: "A call that this browser cannot seal",
      prepare: async (services) => {
        services.calls.joinFailure = new RoomsError("ROOMS_MEDIA_UNSUPPORTED", "Cannot start call")
        await makeRoom(services)
      },
      async reach() {
        await check()
        await page.getByRole("button", { name: "Camera off" }).click()
        await page.getByRole("button", { name: "Join the call" }).click()
        await expect.element(page.getByText("This browser cannot seal a call.")).toBeVisible()
      },
    },
    {
      ...shared,
      name: "In a call of three, one muted and one with a screen",
      prepare: async (services) => {
        const room = await makeRoom(services)
        const [bo, cy] = [await services.rooms.guest("Bo", room), await services.rooms.guest("Cy", room)]
        const [ofBo, ofCy] = [await services.calls.guest(bo, 7), await services.calls.guest(cy, 9)]
        await ofBo.mute("microphone")
        await ofBo.mute("camera")
        await services.calls.shareScreen(ofCy)
      },
      async reach() {
        await check()
        await page.getByRole("button", { name: "Join the call" }).click()
        await expect.element(page.getByText("2 others are in the call.")).toBeVisible()
        await expect.element(page.getByLabelText("Screen of Cy")).toBeVisible()
        await page.getByRole("button", { name: "Mute", exact: true }).click()
        await page.getByText("Devices and quality").click()
        await page.getByLabelText("Your picture is sent").selectOptions("sparingly")
        await page.getByText("What can be seen of this call from outside").first().click()
        await expect.element(page.getByRole("columnheader", { name: "You send" })).toBeVisible()
        await expect.element(page.getByRole("img", { name: /painted as pixels: noise/ })).toBeVisible()
      },
    },
  ]
}

async function makeRoom({ rooms }: Services) {
  const { room } = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "open" })
  roomId = room.id
  return room
}

/** Goes to the room and opens camera and microphone. */
async function check(): Promise<void> {
  const app = document.querySelector<HTMLElement>("darkslide-app")
  if (app) navigate(app, `/rooms/${roomId}`)
  await page.getByRole("button", { name: "Camera and microphone…" }).click()
  await expect.element(page.getByRole("heading", { name: "Before you join" })).toBeVisible()
}
