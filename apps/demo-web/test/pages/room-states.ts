import { tapOf } from "@darkslide/rooms/channels"
import { expect } from "vitest"
import { page } from "vitest/browser"
import { navigate } from "../../src/page-events.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import type { FixtureRooms } from "../fixtures/fixture-rooms.ts"
import type { MountedApp } from "../fixtures/mount-app.ts"
import type { PageState } from "./accessibility.browser.test.ts"

let rooms: FixtureRooms
let roomId = ""
const keep = (services: Omit<MountedApp, "app">): void => {
  rooms = services.rooms
}

/** Rooms and channels, from their doors and from inside. */
export function roomStates(): readonly PageState[] {
  return [
    {
      name: "Rooms, signed out",
      path: "/rooms",
      status: { status: "signed-out" },
      reach: async () => await expect.element(page.getByText("No rooms yet.")).toBeVisible(),
    },
    {
      name: "Rooms, with a problem",
      path: "/rooms",
      status: unlockedStatus,
      prepare: async (services) => {
        keep(services)
        const live = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "pair" })
        await live.room.leave()
      },
      async reach() {
        await page.getByLabelText("Link, code or room name").fill("nonsense")
        await page.getByRole("button", { name: "Join" }).click()
        await expect.element(page.getByText("This is no invitation.")).toBeVisible()
        await expect.element(page.getByRole("link", { name: "Open Kitchen" })).toBeVisible()
      },
    },
    {
      name: "A room's door",
      path: "/rooms",
      status: { status: "signed-out" },
      prepare: async (services) => {
        keep(services)
        roomId = (await rooms.foreignRoom("Ann")).id
      },
      async reach() {
        open(`/rooms/${roomId}`)
        await page.getByRole("button", { name: "Join" }).click()
        await expect.element(page.getByText("Type the password.")).toBeVisible()
      },
    },
    {
      name: "In a room, somebody knocks",
      path: "/rooms",
      status: unlockedStatus,
      prepare: async (services) => {
        keep(services)
        const { room } = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "pair" })
        roomId = room.id
        const bo = await rooms.guest("Bo", room)
        await bo.chat("hello")
        // Nobody answers in this test: it ends with the page.
        rooms.guest("Cy", room).catch(() => undefined)
      },
      async reach() {
        open(`/rooms/${roomId}`)
        await expect.element(page.getByText("Cy asks to come in")).toBeVisible()
        await expect.element(page.getByText("hello")).toBeVisible()
        await page.getByText("Not compared yet").first().click()
        await page.getByText("What the server sees").first().click()
        await expect.element(page.getByRole("button", { name: "I compared the fingerprint of Bo" })).toBeVisible()
        await expect.element(page.getByLabelText("Role of Bo")).toHaveValue("member")
      },
    },
    {
      name: "On the way back into a room",
      path: "/rooms",
      status: unlockedStatus,
      prepare: async (services) => {
        keep(services)
        const { invite, id } = await rooms.foreignRoom("Ann")
        roomId = id
        await rooms.join({ kind: "room", name: "Bo", entry: { invite } })
        // Nobody is there any more who could let anybody in.
        rooms.startAnew()
      },
      async reach() {
        open(`/rooms/${roomId}`)
        await expect.element(page.getByText("The next try is in", { exact: false })).toBeVisible()
      },
    },
    {
      name: "A channel's door",
      path: "/rooms",
      status: { status: "signed-out" },
      prepare: keep,
      async reach() {
        open(`/channels/${"a".repeat(26)}`)
        await expect.element(page.getByRole("radio", { name: /^Interceptor/ })).toBeVisible()
      },
    },
    {
      name: "In a channel, with a picture",
      path: "/rooms",
      status: unlockedStatus,
      prepare: async (services) => {
        keep(services)
        await channelWithPicture()
      },
      async reach() {
        open(`/channels/${roomId}`)
        await expect.element(page.getByRole("img", { name: "Picture from Ann" })).toBeVisible()
      },
    },
    {
      name: "At the wire of a channel",
      path: "/rooms",
      status: { status: "signed-out" },
      prepare: async (services) => {
        keep(services)
        const room = await rooms.foreignRoom("Ann")
        roomId = room.id
        const channel = await rooms.guestChannel(room)
        await rooms.listen(tapOf(room.invite))
        await channel.post(crypto.getRandomValues(new Uint8Array(3000)), { type: "image/png" })
      },
      async reach() {
        open(`/channels/${roomId}`)
        await expect.element(page.getByText("Why not simpler?")).toBeVisible()
        await page.getByText("textbook RSA, each byte: wrong").click()
        await expect.element(page.getByText(/the picture is still there/)).toBeVisible()
        await expect.poll(() => document.querySelectorAll("darkslide-wire-pane canvas").length).toBe(2)
      },
    },
  ]
}

function open(path: string): void {
  const app = document.querySelector<HTMLElement>("darkslide-app")
  if (app) navigate(app, path)
}

async function channelWithPicture() {
  const { room } = await rooms.create({ kind: "channel", title: "Harbour watch", name: "Ann", door: "open" })
  roomId = room.id
  await rooms.guest("Ray", room, "receiver")
  const canvas = new OffscreenCanvas(320, 200)
  const context = canvas.getContext("2d")
  context?.fillRect(40, 40, 100, 100)
  const picture = await canvas.convertToBlob({ type: "image/png" })
  await rooms.channel(roomId)?.channel.post(new Uint8Array(await picture.arrayBuffer()), { type: "image/png" })
  return room
}
