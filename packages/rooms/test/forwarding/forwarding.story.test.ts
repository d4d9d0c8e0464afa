import { decodeSFrameHeader } from "@darkslide/crypto/sframe"
import type { ForwardedPacket } from "@darkslide/rooms/werift"
import type { Browser } from "playwright"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { envelopes } from "../../src/media/frame-codec.ts"
import type { CallOptions } from "../../src/media/join-call.ts"
import type { Unit } from "../media/call-page.ts"
import { enter, expectAllToSee, expectToHear, expectToSee, kick, told } from "../media/site/callers-in-pages.ts"
import { gather as gatherIn, type Caller } from "../media/site/callers-in-pages.ts"
import { launchChromium } from "../media/site/chromium.ts"
import { serveMediaSite, type MediaSite } from "../media/site/media-site.ts"

let site: MediaSite | undefined
let browser: Browser | undefined
beforeAll(async () => {
  site = await serveMediaSite()
  browser = await launchChromium(["--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"])
})
afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})

/** People in one room, each in a browser's profile of their own. */
async function gather(...names: string[]): Promise<readonly Caller[]> {
  if (!site || !browser) throw new Error("not set up")
  return await gatherIn(browser, site.origin, ...names)
}

async function meet(unit: Unit, options: CallOptions, ...names: string[]): Promise<readonly Caller[]> {
  const callers = await gather(...names)
  for (const [index, caller] of callers.entries()) await enter(caller, index, unit, options)
  return callers
}

/** Makes a browser of this one that loses a transform: the first of its senders, or one of its receivers. */
async function loseTransform({ page }: Caller, end: "sender" | "receiver", which: number): Promise<void> {
  await page.evaluate(
    ([lostEnd, lost]) => {
      const ends = lostEnd === "sender" ? RTCRtpSender.prototype : RTCRtpReceiver.prototype
      const transform = Object.getOwnPropertyDescriptor(ends, "transform")
      let count = 0
      Object.defineProperty(ends, "transform", {
        ...transform,
        set(value: unknown) {
          if (++count !== lost) transform?.set?.call(this, value)
        },
      })
    },
    [end, which] as const,
  )
}

/** Frames of VP8 as their packets carry them (RFC 7741): the descriptor of each packet, and what follows it. */
function framesOf(packets: readonly ForwardedPacket[]): readonly Uint8Array[] {
  const frames: Uint8Array[] = []
  let pieces: Uint8Array[] = []
  for (const { payload, isLast } of packets) {
    if (payload.length === 0) continue
    const [first = 0, second = 0, third = 0] = payload
    let at = 1
    if (first & 0x80) {
      at++
      if (second & 0x80) at += third & 0x80 ? 2 : 1
      if (second & 0x40) at++
      if (second & 0x30) at++
    }
    if (first & 0x10) pieces = []
    pieces.push(payload.subarray(at))
    if (isLast) frames.push(Buffer.concat(pieces))
  }
  return frames
}

describe("a call through a forwarding unit on werift", () => {
  test("refuses who was kicked, at once", async () => {
    const [ann, bo] = (await meet("site", {}, "Ann", "Bo")) as [Caller, Caller]
    const { pass, id } = await bo.page.evaluate(() => {
      return { pass: window.person.room?.pass ?? "", id: window.person.room?.id ?? "" }
    })
    await kick(ann, "Bo")
    await expect.poll(() => told(bo)).toContain("ended")
    const answer = await fetch(`${site?.origin}/rooms/${id}/forwarding`, {
      method: "POST",
      headers: { Authorization: `Bearer ${pass}` },
      body: JSON.stringify({ t: "leave" }),
    })
    expect(answer.status).toBe(401)
  })

  test("shows the unit nothing: constant bytes, SFrames, and no name, address or key", async () => {
    if (!site) throw new Error("not set up")
    site.unit.packets.length = 0
    site.unit.requests.length = 0
    site.unit.answers.length = 0
    const names = ["Annabella", "Bonifatius", "Cyprianus", "Dionysios"]
    const callers = await meet("site", {}, ...names)
    await expectAllToSee(callers)

    const theirs = site.unit.requests.join("\n")
    const words = `${theirs}\n${site.unit.answers.join("\n")}`
    expect([...names, "camera", "microphone", "screen"].filter((secret) => words.includes(secret))).toEqual([])
    expect(theirs).not.toMatch(/a=candidate|\.local|c=IN IP4 [^0]/u)

    const feeds = new Set(site.unit.packets.map(({ feed }) => feed))
    expect(feeds.size).toBe(4)
    const counters = new Set<string>()
    const noise = new Uint32Array(256)
    let count = 0
    for (const feed of feeds)
      for (const frame of framesOf(site.unit.packets.filter((packet) => packet.feed === feed))) {
        const sealed = envelopes.vp8.unwrap(new Uint8Array(frame))
        expect(sealed).toBeDefined()
        if (!sealed) continue
        const isKey = frame.length !== sealed.length + 1
        expect(Buffer.from(envelopes.vp8.wrap(sealed, isKey)).equals(frame)).toBe(true)
        const { keyId, counter, length } = decodeSFrameHeader(sealed)
        counters.add(`${keyId} ${counter}`)
        for (const byte of sealed.subarray(length)) noise[byte] = (noise[byte] ?? 0) + 1
        count++
      }
    expect(count).toBeGreaterThan(100)
    expect(counters.size).toBe(count)
    const total = noise.reduce((sum, one) => sum + one, 0)
    // How far from chance: 255 is to be expected, with a deviation of 23.
    expect(noise.reduce((sum, one) => sum + (one - total / 256) ** 2 / (total / 256), 0)).toBeLessThan(400)
  })

  test("shows the unit sound as it shows pictures, and none of what is muted", async () => {
    if (!site) throw new Error("not set up")
    const [ann, bo] = (await meet("site", {}, "Ann", "Bo")) as [Caller, Caller]
    await ann.page.evaluate(() => window.person.hum(660))
    await expectToHear(bo, ann, 660)
    const { packets } = site.unit
    // Sections are in the order of their sources: the second one has the sound.
    const sounds = (): readonly Uint8Array[] =>
      packets.filter(({ mid, payload }) => mid === "1" && payload.length > 0).map(({ payload }) => payload)
    packets.length = 0
    await expect.poll(() => sounds().length).toBeGreaterThan(100)
    const headers = sounds().map((sealed) => decodeSFrameHeader(sealed))
    expect(new Set(headers.map(({ keyId }) => keyId)).size).toBe(1)
    expect(new Set(headers.map(({ counter }) => counter)).size).toBe(headers.length)

    await ann.page.evaluate(() => window.person.call?.mute("microphone"))
    await expectToHear(bo, ann, 0)
    packets.length = 0
    await expectToSee(bo, ann, 20)
    expect(sounds()).toEqual([])
  })

  test("stops a stream of ours that goes past the worker, and sends it anew", async () => {
    const [ann, bo] = (await gather("Ann", "Bo")) as [Caller, Caller]
    await loseTransform(ann, "sender", 1)
    await enter(bo, 1, "site")
    await enter(ann, 0, "site")
    await expect.poll(() => told(ann)).toContain("leak_prevented")
    await expectToSee(bo, ann)
    expect(await bo.page.evaluate(() => window.person.seen("Ann").every((number) => number < 10_000))).toBe(true)
  })

  test("watches anew what does not come to the worker", async () => {
    const [ann, bo] = (await gather("Ann", "Bo")) as [Caller, Caller]
    // Three are of what Bo sends, which receives nothing.
    await loseTransform(bo, "receiver", 4)
    await enter(ann, 0, "site")
    await enter(bo, 1, "site")
    await expect.poll(() => told(bo)).toContain("repaired")
    await expectToSee(bo, ann)
  })

  test("says so when others call without it", async () => {
    const [ann, bo] = (await gather("Ann", "Bo")) as [Caller, Caller]
    await enter(ann, 0, "site")
    await bo.page.evaluate(() => window.person.enter(20_000, {}))
    for (const caller of [ann, bo])
      await expect.poll(() => told(caller)).toContainEqual(expect.stringContaining("ignored"))
    await bo.page.evaluate(() => window.person.call?.leave())
  })
})

describe("a call that outgrows its mesh", () => {
  const growing = "site for more than two"

  async function wayOf({ page }: Caller): Promise<string | undefined> {
    return await page.evaluate(() => window.person.call?.way)
  }

  test("goes through the unit from the third on, who is there stays, and who comes later follows", async () => {
    const [ann, bo, cy, di] = (await gather("Ann", "Bo", "Cy", "Di")) as [Caller, Caller, Caller, Caller]
    await enter(ann, 0, growing)
    await enter(bo, 1, growing)
    await expectAllToSee([ann, bo])
    expect([await wayOf(ann), await wayOf(bo)]).toEqual(["mesh", "mesh"])

    await enter(cy, 2, growing)
    for (const caller of [ann, bo, cy]) await expect.poll(() => wayOf(caller)).toBe("unit")
    await expectAllToSee([ann, bo, cy])
    await enter(di, 3, growing)
    await expectAllToSee([ann, bo, cy, di])
    for (const caller of [ann, bo, cy, di]) {
      const happened = await told(caller)
      console.log(caller.name, happened.filter((t) => t !== "statistics").join())
      expect(happened.filter((type) => type === "way" || type === "person_joined")).toHaveLength(4)
      expect(happened).not.toContain("person_left")
    }

    await bo.page.evaluate(() => window.person.call?.leave())
    await expect.poll(() => told(ann)).toContain("person_left")
    await expectAllToSee([ann, cy, di])
  })

  test("follows one who sends through the unit from the start", async () => {
    const [ann, bo, cy] = (await gather("Ann", "Bo", "Cy")) as [Caller, Caller, Caller]
    await enter(ann, 0, growing)
    await enter(bo, 1, "site")
    await expectAllToSee([ann, bo])
    expect(await wayOf(ann)).toBe("unit")
    await enter(cy, 2, growing)
    await expectAllToSee([ann, bo, cy])
  })

  test("tries to follow until it is there", async () => {
    const [ann, bo] = (await gather("Ann", "Bo")) as [Caller, Caller]
    await enter(ann, 0, "site")
    await bo.page.route("**/forwarding", async (route) => await route.abort())
    await enter(bo, 1, growing)
    await expect.poll(() => told(bo)).toContainEqual(expect.stringContaining("ignored"))
    expect(await wayOf(bo)).toBe("mesh")
    await bo.page.unroute("**/forwarding")
    await expectAllToSee([ann, bo])
  })

  test("stays a mesh while the unit cannot be reached", async () => {
    const callers = await gather("Ann", "Bo", "Cy")
    for (const { page } of callers) await page.route("**/forwarding", async (route) => await route.abort())
    for (const [index, caller] of callers.entries()) await enter(caller, index, growing)
    await expectAllToSee(callers)
    for (const caller of callers) expect(await wayOf(caller)).toBe("mesh")
  })
})
