import { expect, test } from "vitest"
import { page } from "vitest/browser"
import { navigate } from "../../src/page-events.ts"
import { unlockedStatus } from "../fixtures/fixture-account.ts"
import { mountApp } from "../fixtures/mount-app.ts"

test("the owner of a room gives somebody another role", async () => {
  const { rooms, app } = await mountApp("/rooms", unlockedStatus)
  const { room } = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "open" })
  const bo = await rooms.guest("Bo", room)
  navigate(app, `/rooms/${room.id}`)
  await page.getByText("Not compared yet").click()
  const role = page.getByLabelText("Role of Bo")
  await role.selectOptions("Viewer")
  await expect.poll(() => bo.self.role).toBe("viewer")
  await expect.element(page.getByText("Bo is viewer now.").first()).toBeVisible()
  await role.selectOptions("Moderator")
  await expect.poll(() => bo.self.role).toBe("moderator")
  await expect.element(page.getByText("Lets people in, removes them", { exact: false })).toBeVisible()
  await bo.leave()
})

test("who does not own a room is offered no roles", async () => {
  const { rooms, app } = await mountApp("/rooms", unlockedStatus)
  const room = await rooms.foreignRoom("Ann")
  await rooms.join({ kind: "room", name: "Bo", entry: { invite: room.invite } })
  navigate(app, `/rooms/${room.id}`)
  await page.getByText("Not compared yet").click()
  await expect.element(page.getByRole("button", { name: "I compared the fingerprint of Ann" })).toBeVisible()
  await expect.element(page.getByLabelText("Role of Ann")).not.toBeInTheDocument()
})

test("a room whose server began anew is gone back into, with what was said", async () => {
  const { rooms, app } = await mountApp("/rooms", unlockedStatus)
  const { room } = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "open" })
  const bo = await rooms.guest("Bo", room)
  navigate(app, `/rooms/${room.id}`)
  await bo.chat("before")
  await expect.element(page.getByText("before")).toBeVisible()
  rooms.startAnew()
  await expect.element(page.getByText("You lost your place and came back.", { exact: false })).toBeVisible()
  await expect.element(page.getByText("before")).toBeVisible()
  await expect.poll(() => rooms.live(room.id)?.room).not.toBe(room)
  const back = await rooms.guest("Bo", rooms.live(room.id)!.room)
  await back.chat("after")
  await expect.element(page.getByText("after", { exact: true })).toBeVisible()
})

test("the way back can be given up, and gone later", async () => {
  const { rooms, app } = await mountApp("/rooms", unlockedStatus)
  const { invite, id } = await rooms.foreignRoom("Ann")
  await rooms.join({ kind: "room", name: "Bo", entry: { invite } })
  navigate(app, `/rooms/${id}`)
  rooms.startAnew()
  await page.getByRole("button", { name: "Stay out" }).click()
  await expect.element(page.getByText("You lost your place in this room.")).toBeVisible()
  await page.getByRole("button", { name: "Go back in" }).click()
  await expect.element(page.getByText("You were here before.")).toBeVisible()
})
