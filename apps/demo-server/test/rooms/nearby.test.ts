import { createRoom } from "@darkslide/rooms"
import { execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, onTestFinished, test } from "vitest"
import { problemCode, temporaryFolder } from "../server-fixture.ts"
import { meeting } from "./meeting.ts"

const worker = fileURLToPath(new URL("nearby-worker.ts", import.meta.url))
const ip = (...args: readonly string[]): void => void execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] })

function canMakeNamespaces(): boolean {
  const name = `dk${randomBytes(4).toString("hex")}`
  try {
    ip("netns", "add", name)
    ip("netns", "del", name)
    return true
  } catch {
    // Not root, no `ip`, or a container without the right.
    return false
  }
}

/** Two network namespaces on one wire, without a route to anywhere else. */
function twoNetworks(): readonly [string, string] {
  const id = randomBytes(3).toString("hex")
  const names = [`dk${id}a`, `dk${id}b`] as const
  onTestFinished(() => {
    for (const name of names) ip("netns", "del", name)
  })
  for (const name of names) ip("netns", "add", name)
  ip("link", "add", `v${id}a`, "type", "veth", "peer", "name", `v${id}b`)
  for (const [i, name] of names.entries()) {
    const link = `v${id}${i === 0 ? "a" : "b"}`
    ip("link", "set", link, "netns", name)
    ip("-n", name, "addr", "add", `10.77.0.${i + 1}/24`, "dev", link)
    for (const device of [link, "lo"]) ip("-n", name, "link", "set", device, "up")
  }
  return names
}

function person(network: string, ...args: readonly string[]): AsyncIterator<string> {
  const node = [process.execPath, "--conditions=@darkslide/source", worker, ...args]
  const child = spawn("ip", ["netns", "exec", network, ...node], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  return createInterface(child.stdout)[Symbol.asyncIterator]()
}

async function said<Value>(lines: AsyncIterator<string>): Promise<Value> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error("It ended without a word")
  return JSON.parse(value) as Value
}

describe("rooms nearby", () => {
  test.skipIf(!canMakeNamespaces())(
    "are found within two seconds, and entered through one's own server (needs network namespaces: root)",
    async () => {
      const [here, there] = twoNetworks()
      const ann = person(here, "host", await temporaryFolder())
      const { status, room, secret } = await said<{ status: number; room: string; secret: string }>(ann)
      expect(status).toBe(204)
      const bo = person(there, "guest", await temporaryFolder(), `${room}.${secret}`)
      expect((await said<{ foundAfterMs: number }>(bo)).foundAfterMs).toBeLessThan(2000)
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
