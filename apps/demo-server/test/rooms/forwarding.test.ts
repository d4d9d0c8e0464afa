import { createRoom, joinRoom, type Room } from "@darkslide/rooms"
import { intercept, tapOf } from "@darkslide/rooms/channels"
import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, usePLI, useVP8 } from "werift"
import { describe, expect, onTestFinished, test } from "vitest"
import { problemCode } from "../server-fixture.ts"
import { meeting, type Meeting } from "./meeting.ts"

const on = { DARKSLIDE_FORWARDING: "werift" }

async function twoAt({ transport }: Meeting): Promise<{ ann: Room; bo: Room; signal: AbortSignal }> {
  const controller = new AbortController()
  onTestFinished(() => controller.abort(new Error("the test is over")))
  const { signal } = controller
  const { room: ann } = await createRoom({ transport, name: "Ann", door: "open", signal })
  return { ann, bo: await joinRoom({ transport, name: "Bo", entry: { invite: ann.invite }, signal }), signal }
}

async function ask({ url }: Meeting, room: string, pass: string, body: object): Promise<Response> {
  return await fetch(`${url}/v1/rooms/${room}/forwarding`, {
    method: "POST",
    headers: { authorization: `Bearer ${pass}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  })
}

async function get(here: Meeting, { id, pass }: Room, body: object): Promise<Record<string, string>> {
  const answer = await ask(here, id, pass, body)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, string>
}

function peer(): RTCPeerConnection {
  const connection = new RTCPeerConnection({
    codecs: { video: [useVP8({ rtcpFeedback: [usePLI()] })] },
    iceServers: [],
    iceUseTcp: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
  })
  onTestFinished(() => connection.close())
  return connection
}

/** Sends numbered packets. */
async function sendAs(here: Meeting, room: Room): Promise<{ feed: string; sent: () => number }> {
  const connection = peer()
  const track = new MediaStreamTrack({ kind: "video" })
  connection.addTransceiver(track, { direction: "sendonly" })
  await connection.setLocalDescription(await connection.createOffer())
  const { feed = "", sdp = "" } = await get(here, room, { t: "publish", sdp: connection.localDescription?.sdp })
  await connection.setRemoteDescription({ type: "answer", sdp })
  let number = 0
  const sending = setInterval(() => {
    const header = new RtpHeader({ sequenceNumber: ++number, timestamp: number * 3000, marker: true, payloadType: 96 })
    track.writeRtp(new RtpPacket(header, Buffer.from([0x10, number & 255])))
  }, 20)
  onTestFinished(() => clearInterval(sending))
  return { feed, sent: () => number }
}

describe("the server's forwarding unit", () => {
  test("passes on what one member sends to another, until it stops", async () => {
    const here = await meeting(on)
    const { ann, bo } = await twoAt(here)
    const { feed, sent } = await sendAs(here, ann)
    const connection = peer()
    let received = 0
    connection.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(() => received++))
    const { watch, sdp = "" } = await get(here, bo, { t: "watch", feed })
    await connection.setRemoteDescription({ type: "offer", sdp })
    await connection.setLocalDescription(await connection.createAnswer())
    const answer = { t: "answer", watch, sdp: connection.localDescription?.sdp }
    expect((await ask(here, bo.id, bo.pass, answer)).status).toBe(204)
    await expect.poll(() => received).toBeGreaterThan(10)
    await here.stop()
    const [receivedThen, sentThen] = [received, sent()]
    await expect.poll(sent).toBeGreaterThan(sentThen + 20)
    expect(received).toBe(receivedThen)
  })

  test("is for members of the room", async () => {
    const here = await meeting(on)
    const { ann, signal } = await twoAt(here)
    const body = { t: "leave" }
    expect(await problemCode(await ask(here, ann.id, "A".repeat(43), body))).toBe("NOT_IN_ROOM")
    expect(await problemCode(await ask(here, "a".repeat(26), ann.pass, body))).toBe("NOT_IN_ROOM")
    let listening = ""
    await intercept({
      transport: here.transport,
      tap: tapOf(ann.invite),
      items: (pass) => {
        listening = pass
        return here.items(ann.id, () => pass)
      },
      signal,
    })
    expect(await problemCode(await ask(here, ann.id, listening, body))).toBe("ONLY_LISTENING")
    expect((await ask(here, ann.id, ann.pass, body)).status).toBe(204)
    expect((await ask(here, ann.id, ann.pass, { t: "publish" })).status).toBe(400)
  })

  test("is told of where it is, and only there", async () => {
    for (const [environment, forwarding] of [
      [on, true],
      [{}, false],
    ] as const) {
      const here = await meeting(environment)
      const { ann } = await twoAt(here)
      const headers = { authorization: `Bearer ${ann.pass}` }
      const ways = await (await fetch(`${here.url}/v1/rooms/${ann.id}/ice-servers`, { headers })).json()
      expect(ways).toMatchObject({ forwarding })
      const answer = await ask(here, ann.id, ann.pass, { t: "leave" })
      expect(forwarding ? answer.status : await problemCode(answer)).toBe(forwarding ? 204 : "FORWARDING_OFF")
    }
  })
})
