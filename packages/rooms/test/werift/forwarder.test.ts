import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { createForwarder, type Forwarder, type ForwarderOptions } from "@darkslide/rooms/werift"
import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, usePLI, useVP8 } from "werift"
import { describe, expect, onTestFinished, test } from "vitest"

const room = "a".repeat(26)

/** Passes of people in the room; who has left is taken out. */
class Hall {
  readonly #numbers = new Map<string, { number: number; watches: boolean }>()
  readonly forwarder: Forwarder

  constructor(options: Partial<ForwarderOptions> = {}) {
    const visitor = (of: string, pass: string) => (of === room ? this.#numbers.get(pass) : undefined)
    this.forwarder = createForwarder({ hub: { visitor }, addresses: ["127.0.0.1"], ...options })
    onTestFinished(async () => await this.forwarder[Symbol.asyncDispose]())
  }

  come(watches = false): Visitor {
    const pass = toBase64Url(randomBytes(32))
    this.#numbers.set(pass, { number: this.#numbers.size, watches })
    return new Visitor(this.forwarder, pass)
  }

  go({ pass }: Visitor): void {
    this.#numbers.delete(pass)
  }
}

class Visitor {
  readonly pass: string
  readonly #forwarder: Forwarder

  constructor(forwarder: Forwarder, pass: string) {
    this.#forwarder = forwarder
    this.pass = pass
  }

  async ask(body: unknown, of: string = room): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body)
    const headers = { Authorization: `Bearer ${this.pass}` }
    return await this.#forwarder.handle(of, new Request("http://unit.test/", { method: "POST", headers, body: text }))
  }

  async get(body: unknown): Promise<Record<string, unknown>> {
    const response = await this.ask(body)
    if (response.status !== 200) throw new Error(`answered ${response.status}`)
    return (await response.json()) as Record<string, unknown>
  }
}

function peer(): RTCPeerConnection {
  const connection = new RTCPeerConnection({
    codecs: { video: [useVP8({ rtcpFeedback: [usePLI()] })] },
    iceServers: [],
    iceUseTcp: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
  })
  onTestFinished(async () => await connection.close())
  return connection
}

/** Somebody who sends numbered packets, each of one frame. */
async function sendAs(visitor: Visitor) {
  const connection = peer()
  const track = new MediaStreamTrack({ kind: "video" })
  const { sender } = connection.addTransceiver(track, { direction: "sendonly" })
  let keyFrames = 0
  sender.onPictureLossIndication.subscribe(() => keyFrames++)
  await connection.setLocalDescription(await connection.createOffer())
  const { feed, sdp } = await visitor.get({ t: "publish", sdp: connection.localDescription?.sdp })
  await connection.setRemoteDescription({ type: "answer", sdp: String(sdp) })
  let number = 0
  const sending = setInterval(() => {
    const header = new RtpHeader({ sequenceNumber: ++number, timestamp: number * 3000, marker: true, payloadType: 96 })
    track.writeRtp(new RtpPacket(header, Buffer.from([0x10, number & 255, 7])))
  }, 20)
  onTestFinished(() => clearInterval(sending))
  return { feed: String(feed), sdp: String(sdp), keyFrames: () => keyFrames }
}

async function watchAs(visitor: Visitor, feed: string) {
  const connection = peer()
  const payloads: Buffer[] = []
  connection.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(({ payload }) => payloads.push(payload)))
  const { watch, sdp, mids } = await visitor.get({ t: "watch", feed })
  await connection.setRemoteDescription({ type: "offer", sdp: String(sdp) })
  await connection.setLocalDescription(await connection.createAnswer())
  const answered = await visitor.ask({ t: "answer", watch, sdp: connection.localDescription?.sdp })
  expect(answered.status).toBe(204)
  return { watch: String(watch), mids, payloads }
}

describe("createForwarder()", () => {
  test("passes packets on as they are, and asks their sender for a key frame", async () => {
    const hall = new Hall()
    const sender = await sendAs(hall.come())
    const [one, two] = [await watchAs(hall.come(), sender.feed), await watchAs(hall.come(), sender.feed)]
    await expect.poll(() => Math.min(one.payloads.length, two.payloads.length)).toBeGreaterThan(10)
    expect(one.payloads.every((payload) => payload.length === 3 && payload[0] === 0x10 && payload[2] === 7)).toBe(true)
    await expect.poll(() => sender.keyFrames()).toBeGreaterThan(0)
    expect(Object.values(one.mids as object)).toHaveLength(1)
  })

  test("says for the whole session that it looks for nobody", async () => {
    const hall = new Hall()
    const { feed, sdp: answer } = await sendAs(hall.come())
    const { sdp: offer } = await hall.come().get({ t: "watch", feed })
    for (const sdp of [answer, String(offer)]) {
      const [session = "", ...sections] = sdp.split(/^(?=m=)/mu)
      expect(session).toMatch(/^a=ice-lite\r$/mu)
      expect(sections.join("")).not.toContain("ice-lite")
    }
  })

  test("stops for who leaves the room, and for those who watched them", async () => {
    const hall = new Hall()
    const [ann, bo, cy] = [hall.come(), hall.come(), hall.come()]
    const sender = await sendAs(ann)
    const [ofBo, ofCy] = [await watchAs(bo, sender.feed), await watchAs(cy, sender.feed)]
    await expect.poll(() => Math.min(ofBo.payloads.length, ofCy.payloads.length)).toBeGreaterThan(3)
    hall.go(bo)
    await expect.poll(async () => (await bo.ask({ t: "leave" })).status).toBe(401)
    const gained = async (): Promise<number> => {
      const [before, from] = [ofBo.payloads.length, ofCy.payloads.length]
      await expect.poll(() => ofCy.payloads.length).toBeGreaterThan(from + 10)
      return ofBo.payloads.length - before
    }
    await expect.poll(gained).toBe(0)
    expect((await ann.ask({ t: "leave" })).status).toBe(204)
    expect((await cy.ask({ t: "watch", feed: sender.feed })).status).toBe(404)
  })

  test("takes the place of a feed by another of the same person", async () => {
    const hall = new Hall()
    const ann = hall.come()
    const [first, second] = [await sendAs(ann), await sendAs(ann)]
    const bo = hall.come()
    expect((await bo.ask({ t: "watch", feed: first.feed })).status).toBe(404)
    const { payloads } = await watchAs(bo, second.feed)
    await expect.poll(() => payloads.length).toBeGreaterThan(3)
  })

  test("answers nobody who is not in the room, or only listens", async () => {
    const hall = new Hall()
    const ann = hall.come()
    expect((await ann.ask({ t: "leave" }, "b".repeat(26))).status).toBe(401)
    expect((await new Visitor(hall.forwarder, "x").ask({ t: "leave" })).status).toBe(401)
    expect((await hall.come(true).ask({ t: "leave" })).status).toBe(403)
  })

  test.each([
    ["no JSON", "{", 400],
    ["a request of another shape", { t: "publish" }, 400],
    ["more than 64 KiB", `"${"x".repeat(65_536)}"`, 413],
    ["a description that is none", { t: "publish", sdp: "v=0" }, 422],
    [
      "sections that receive",
      { t: "publish", sdp: "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=recvonly\r\n" },
      422,
    ],
    ["a feed that is not there", { t: "watch", feed: "A".repeat(22) }, 404],
    ["an answer to nothing", { t: "answer", watch: "A".repeat(22), sdp: "v=0" }, 404],
  ])("refuses %s", async (_, body, status) => {
    expect((await new Hall().come().ask(body)).status).toBe(status)
  })

  test("refuses a second answer, and one that is no description", async () => {
    const hall = new Hall()
    const { feed } = await sendAs(hall.come())
    const bo = hall.come()
    const { watch } = await watchAs(bo, feed)
    expect((await bo.ask({ t: "answer", watch, sdp: "v=0" })).status).toBe(409)
    const { watch: other } = await bo.get({ t: "watch", feed })
    expect((await bo.ask({ t: "answer", watch: other, sdp: "nothing" })).status).toBe(422)
  })

  test("keeps its limits: people, connections, requests", async () => {
    const hall = new Hall({ limits: { people: 2, connections: 1, requestsPerSecond: 0.001, requestsAtOnce: 2 } })
    const [ann, bo, cy] = [hall.come(), hall.come(), hall.come()]
    const { feed } = await sendAs(ann)
    expect((await bo.ask({ t: "watch", feed })).status).toBe(429)
    expect((await cy.ask({ t: "leave" })).status).toBe(429)
    expect((await ann.ask({ t: "watch", feed })).status).toBe(404)
    const refused = await ann.ask({ t: "leave" })
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, expect.any(Number)])
  })
})
