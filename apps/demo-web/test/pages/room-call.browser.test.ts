import type { Room } from "@darkslide/rooms"
import type { Call, SourceStates } from "@darkslide/rooms/media"
import { describe, expect, test } from "vitest"
import { page } from "vitest/browser"
import type { CallWays } from "../../src/call/calls-service.ts"
import { navigate } from "../../src/page-events.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import { mountApp, type MountedApp } from "../fixtures/mount-app.ts"

interface Company extends MountedApp {
  readonly room: Room
  readonly call: Call
}

/** The app in a room, with Bo in its call. */
async function withBo(): Promise<Company> {
  const mounted = await mountApp("/rooms", unlockedStatus)
  const { rooms, calls, app } = mounted
  const { room } = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "open" })
  const call = await calls.guest(await rooms.guest("Bo", room), 7)
  navigate(app, `/rooms/${room.id}`)
  return { ...mounted, room, call }
}

const press = async (name: string): Promise<void> => await page.getByRole("button", { name, exact: true }).click()

async function join(): Promise<void> {
  await press("Camera and microphone…")
  await expect.element(page.getByLabelText("Your picture, as a mirror shows it")).toBeVisible()
  await press("Join the call")
  await expect.element(page.getByRole("button", { name: "Leave call" })).toBeVisible()
}

/** What Bo has of Ann. */
function statesAt(call: Call): SourceStates {
  const streams = call.people[0]?.streams ?? []
  return Object.fromEntries(streams.map(({ source, isMuted }) => [source, isMuted ? "muted" : "live"]))
}

describe("the call of a room", () => {
  test("sends nothing before it is joined, then camera and microphone as they are on", async () => {
    const { call, cameras } = await withBo()
    await press("Camera and microphone…")
    await expect.poll(() => cameras.opened).toEqual(["desk"])
    await press("Mute")
    await expect.element(page.getByText("Your microphone is off. You can join without.")).toBeVisible()
    expect(call.people).toEqual([])
    await press("Join the call")
    await expect.poll(() => statesAt(call)).toEqual({ camera: "live" })
    await press("Unmute")
    await expect.poll(() => statesAt(call)).toEqual({ camera: "live", microphone: "live" })
    await press("Mute")
    await expect.poll(() => statesAt(call)).toEqual({ camera: "live", microphone: "muted" })
  })

  test("waits to be told of ways before it joins: the others are there", async () => {
    const { calls } = await withBo()
    const { promise, resolve } = Promise.withResolvers<CallWays>()
    calls.known = promise
    await press("Camera and microphone…")
    await expect.element(page.getByLabelText("Your picture, as a mirror shows it")).toBeVisible()
    await press("Join the call")
    expect(calls.joined).toEqual([])
    const unit = new URL("https://example.org/v1/rooms/a/forwarding")
    resolve({ relays: [], unit })
    await expect.poll(() => calls.joined).toMatchObject([{ unit, way: "mesh" }])
  })

  test("closes a camera that is off, and opens another where one is chosen", async () => {
    const { call, cameras } = await withBo()
    await join()
    await expect.poll(() => statesAt(call)["camera"]).toBe("live")
    const closed = cameras.closed
    await press("Camera off")
    await expect.poll(() => statesAt(call)["camera"]).toBe("muted")
    expect(cameras.closed).toBe(closed + 1)
    await press("Camera on")
    await expect.poll(() => statesAt(call)["camera"]).toBe("live")
    await page.getByText("Devices and quality").click()
    await page.getByLabelText("Camera", { exact: true }).selectOptions("Door camera")
    await expect.poll(() => cameras.opened.at(-1)).toBe("door")
    await expect.poll(() => statesAt(call)["camera"]).toBe("live")
    cameras.unplug()
    await expect.element(page.getByText("The camera was unplugged.")).toBeVisible()
    await expect.poll(() => statesAt(call)["camera"]).not.toBe("live")
  })

  test("shares a screen, and stops", async () => {
    const { call } = await withBo()
    await join()
    await press("Share screen")
    await expect.poll(() => statesAt(call)["screen"]).toBe("live")
    await press("Stop sharing")
    await expect.poll(() => statesAt(call)["screen"]).toBeUndefined()
  })

  test("ends with the page, with its devices; the room goes on", async () => {
    const { app, call, cameras, room } = await withBo()
    await join()
    await expect.poll(() => call.people.length).toBe(1)
    const closed = cameras.closed
    navigate(app, "/rooms")
    await expect.poll(() => call.people).toEqual([])
    expect(cameras.closed).toBe(closed + 1)
    expect(room.members).toHaveLength(2)
    navigate(app, `/rooms/${room.id}`)
    await join()
    await expect.poll(() => statesAt(call)["camera"]).toBe("live")
  })

  test("lets a viewer watch, who has nothing to turn on", async () => {
    const { app, rooms, calls, cameras } = await mountApp("/rooms", unlockedStatus)
    const room = await rooms.foreignRoom("Bo")
    const call = await calls.guest(room, 7)
    const { room: own } = await rooms.join({
      kind: "room",
      name: "Vi",
      entry: { invite: room.invite },
      role: "viewer",
    })
    navigate(app, `/rooms/${own.id}`)
    await press("Watch the call")
    await expect.poll(() => document.querySelector("video")?.videoWidth).toBeGreaterThan(0)
    expect(document.querySelectorAll(".call-button")).toHaveLength(1)
    expect(statesAt(call)).toEqual({})
    expect(cameras.opened).toEqual([])
  })
})
