import { createHmac } from "node:crypto"
import { createRoom } from "@darkslide/rooms"
import { intercept, tapOf } from "@darkslide/rooms/channels"
import { describe, expect, onTestFinished, test } from "vitest"
import { problemCode } from "../server-fixture.ts"
import { meeting, type Meeting } from "./meeting.ts"

const secret = "shared with the relay"

async function roomAt({ transport }: Meeting) {
  const controller = new AbortController()
  onTestFinished(() => controller.abort(new Error("the test is over")))
  const { signal } = controller
  return { ...(await createRoom({ transport, name: "Ann", signal })), signal }
}

async function ask({ url }: Meeting, roomId: string, pass: string): Promise<Response> {
  return await fetch(`${url}/v1/rooms/${roomId}/ice-servers`, { headers: { authorization: `Bearer ${pass}` } })
}

describe("the relay of a call", () => {
  test("is told to members, with credentials that it can check and that end in four hours", async () => {
    const here = await meeting({
      DARKSLIDE_TURN_URLS: "stun:turn.example.org:3478,turn:turn.example.org:3478?transport=udp",
      DARKSLIDE_TURN_SECRET: secret,
    })
    const { room } = await roomAt(here)
    const answer = await ask(here, room.id, room.pass)
    const { iceServers } = (await answer.json()) as {
      iceServers: readonly { urls: string[]; username?: string; credential?: string }[]
    }
    expect(iceServers).toHaveLength(2)
    const [stun, relay] = iceServers
    expect(stun).toEqual({ urls: ["stun:turn.example.org:3478"] })
    expect(relay?.urls).toEqual(["turn:turn.example.org:3478?transport=udp"])
    const username = relay?.username ?? ""
    expect(relay?.credential).toBe(createHmac("sha1", secret).update(username).digest("base64"))
    const secondsLeft = Number.parseInt(username) - Date.now() / 1000
    expect(secondsLeft).toBeGreaterThan(3.9 * 3600)
    expect(secondsLeft).toBeLessThanOrEqual(4 * 3600)
  })

  test("is kept from strangers and from who only listens", async () => {
    const here = await meeting({ DARKSLIDE_TURN_URLS: "turn:turn.example.org", DARKSLIDE_TURN_SECRET: secret })
    const { room, signal } = await roomAt(here)
    expect(await problemCode(await ask(here, room.id, "A".repeat(43)))).toBe("NOT_IN_ROOM")
    expect(await problemCode(await ask(here, "a".repeat(26), room.pass))).toBe("NOT_IN_ROOM")
    expect(await problemCode(await fetch(`${here.url}/v1/rooms/${room.id}/ice-servers`))).toBe("NOT_IN_ROOM")
    let listening = ""
    await intercept({
      transport: here.transport,
      tap: tapOf(room.invite),
      items: (pass) => {
        listening = pass
        return here.items(room.id, () => pass)
      },
      signal,
    })
    expect(await problemCode(await ask(here, room.id, listening))).toBe("ONLY_LISTENING")
    const { pass, id } = room
    await room.leave()
    await expect.poll(async () => await problemCode(await ask(here, id, pass))).toBe("NOT_IN_ROOM")
  })

  test("is none where none is configured", async () => {
    const here = await meeting()
    const { room } = await roomAt(here)
    expect(await (await ask(here, room.id, room.pass)).json()).toEqual({ iceServers: [], forwarding: false })
  })
})
