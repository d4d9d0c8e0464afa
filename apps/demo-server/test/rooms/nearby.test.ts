import { createRoom } from "@darkslide/rooms"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { canMakeNamespaces, twoNetworks } from "../../../../tools/namespaces/two-networks.ts"
import { problemCode, temporaryFolder } from "../server-fixture.ts"
import { meeting } from "./meeting.ts"

const worker = fileURLToPath(new URL("nearby-worker.ts", import.meta.url))
type Lines = AsyncIterator<string>

function linesOf({ stdout }: { readonly stdout: Readable }): Lines {
  return createInterface(stdout)[Symbol.asyncIterator]()
}

async function said<Value>(lines: Lines): Promise<Value> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error("It ended without a word")
  return JSON.parse(value) as Value
}

describe("rooms nearby", () => {
  test.skipIf(!canMakeNamespaces())(
    "are found, and entered through one's own server (needs network namespaces: root)",
    async () => {
      const networks = twoNetworks()
      const ann = linesOf(networks.run(0, worker, "host", await temporaryFolder()))
      const { status, room, secret } = await said<{ status: number; room: string; secret: string }>(ann)
      expect(status).toBe(204)
      const bo = linesOf(networks.run(1, worker, "guest", await temporaryFolder(), `${room}.${secret}`))
      const { foundAfterMs } = await said<{ foundAfterMs: number }>(bo)
      console.info(`found after ${Math.round(foundAfterMs)} ms`)
      expect(await said<object>(ann)).toEqual({ posted: true })
      expect(await said<object>(bo)).toEqual({
        people: ["Ann 35", "Bo 35"],
        opened: "a picture of the cellar",
      })
    },
  )

  test("are for pages of this server, and only for neighbours that it has found", async () => {
    const here = await meeting()
    expect(await (await fetch(`${here.url}/v1/nearby`)).json()).toEqual({ on: false, neighbours: [] })
    const evil = { headers: { origin: "https://evil.example" } }
    expect(await problemCode(await fetch(`${here.url}/v1/nearby`, evil))).toBe("ORIGIN_REFUSED")
    const items = `/rooms/${"a".repeat(26)}/items`
    for (const id of ["127.0.0.1:80:x", "localhost", "%2e%2e%2f"])
      expect(await problemCode(await fetch(`${here.url}/v1/nearby/${id}${items}`))).toBe("NOT_FOUND")
  })

  test("are announced by those in the room, where the server looks around", async () => {
    const here = await meeting()
    const { room } = await createRoom({ transport: here.transport, name: "Ann" })
    const announce = async (pass: string): Promise<string> => {
      const headers = { authorization: `Bearer ${pass}`, "content-type": "application/json" }
      const init = { method: "PUT", headers, body: JSON.stringify({ beacons: [] }) }
      return await problemCode(await fetch(`${here.url}/v1/rooms/${room.id}/beacons`, init))
    }
    expect(await announce("x")).toBe("NOT_IN_ROOM")
    expect(await announce(room.pass)).toBe("LAN_OFF")
    await room.leave()
  })
})
