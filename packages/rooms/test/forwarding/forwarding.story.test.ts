import { decodeSFrameHeader } from "@darkslide/crypto/sframe"
import type { ForwardedPacket } from "@darkslide/rooms/werift"
import type { Browser, Page } from "playwright"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { JanusUnitOptions } from "@darkslide/rooms/forwarding"
import { spawnSync } from "node:child_process"
import { envelopes } from "../../src/media/frame-codec.ts"
import type { CallOptions } from "../../src/media/join-call.ts"
import { launchChromium, openPage } from "../media/site/chromium.ts"
import { startJanus, type Janus } from "../media/site/janus.ts"
import { serveMediaSite, type MediaSite } from "../media/site/media-site.ts"

let site: MediaSite | undefined
let browser: Browser | undefined
beforeAll(async () => {
  site = await serveMediaSite()
  browser = await launchChromium(["--allow-loopback-in-peer-connection"])
})
afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})

type Unit = "site" | JanusUnitOptions

interface Caller {
  readonly name: string
  readonly page: Page
}

const apart = 10_000

/** People in one room, each in a browser's profile of their own, whose cameras' numbers are far from each other's. */
async function gather(...names: string[]): Promise<readonly Caller[]> {
  if (!site || !browser) throw new Error("not set up")
  const callers: Caller[] = []
  let fragment = ""
  for (const name of names) {
    const page = await openPage(browser, site.origin)
    if (fragment === "") fragment = await page.evaluate((own) => window.person.create(own), name)
    else await page.evaluate(([own, link]) => window.person.join(own, link), [name, fragment] as const)
    callers.push({ name, page })
  }
  return callers
}

async function enter({ page }: Caller, index: number, unit: Unit, options: CallOptions = {}): Promise<void> {
  await page.evaluate(async ([start, given, through]) => await window.person.enter(start, given, through), [
    index * apart,
    options,
    unit,
  ] as const)
}

async function meet(unit: Unit, options: CallOptions, ...names: string[]): Promise<readonly Caller[]> {
  const callers = await gather(...names)
  for (const [index, caller] of callers.entries()) await enter(caller, index, unit, options)
  return callers
}

/** Waits for pictures that were painted after this call. */
async function expectToSee(watcher: Caller, watched: Caller, count = 5): Promise<void> {
  const from = await watched.page.evaluate(() => window.person.camera?.last() ?? 0)
  const fresh = async (): Promise<number> => {
    const numbers = await watcher.page.evaluate((name) => window.person.seen(name).slice(-200), watched.name)
    return numbers.filter((number) => number > from && number < from + apart).length
  }
  await expect.poll(fresh, { message: `${watcher.name} sees ${watched.name}` }).toBeGreaterThanOrEqual(count)
}

async function expectAllToSee(callers: readonly Caller[]): Promise<void> {
  for (const watcher of callers)
    for (const watched of callers) if (watched !== watcher) await expectToSee(watcher, watched)
}

async function told({ page }: Caller): Promise<readonly string[]> {
  return await page.evaluate(() => window.person.told())
}

async function kick({ page }: Caller, name: string): Promise<void> {
  await page.evaluate(async (whom) => {
    const { room } = window.person
    const member = room?.members.find((one) => one.name === whom)
    if (room && member) await room.kick(member)
  }, name)
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

/** The same calls over any unit. */
function testsOfCalls(unit: () => Unit): void {
  test("shows four people each other; one leaves, one comes late, one is kicked", async () => {
    const callers = await meet(unit(), {}, "Ann", "Bo", "Cy", "Di")
    const [ann, bo, cy, di] = callers as [Caller, Caller, Caller, Caller]
    await expectAllToSee(callers)

    await di.page.evaluate(() => window.person.call?.leave())
    await expect.poll(() => told(ann)).toContain("person_left")
    await expectAllToSee([ann, bo, cy])

    // Who comes late gets a key frame at once, and does not wait for one.
    await enter(di, 3, unit())
    await expectToSee(di, ann)
    await expectToSee(ann, di)

    await kick(ann, "Cy")
    await expect.poll(() => told(cy)).toContain("ended")
    await expectAllToSee([ann, bo, di])
  })

  test.each(["VP8", "VP9", "AV1", "H264"] as const)("carries %s both ways", async (codec) => {
    const callers = await meet(unit(), { codecs: [codec], statisticsMs: 200 }, "Ann", "Bo")
    await expectAllToSee(callers)
    const figures = await callers[0]?.page.evaluate(() => JSON.stringify(window.person.figures()))
    expect(figures).toContain(`video/${codec}`)
  })

  test("carries a screen that is shared later, mutes, and another connection", async () => {
    const [ann, bo] = (await meet(unit(), {}, "Ann", "Bo")) as [Caller, Caller]
    await expectAllToSee([ann, bo])
    await ann.page.evaluate(() => window.person.shareScreen(60_000))
    await expect.poll(() => bo.page.evaluate(() => window.person.seen("Ann", "screen").length)).toBeGreaterThan(3)
    expect(await bo.page.evaluate(() => window.person.seen("Ann", "screen").every((n) => n > 60_000))).toBe(true)
    await ann.page.evaluate(() => window.person.call?.unshare("screen"))
    await expect.poll(() => told(bo)).toContain("stream_ended")

    await ann.page.evaluate(() => window.person.call?.mute("camera"))
    await expect.poll(() => told(bo)).toContain("muted")
    await ann.page.evaluate(() => window.person.call?.unmute("camera"))
    await expectToSee(bo, ann)

    await ann.page.evaluate(() => window.person.call?.reconnect())
    await expectAllToSee([ann, bo])
  })
}

describe("a call through a forwarding unit on werift", () => {
  testsOfCalls(() => "site")

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

const hasJanus = spawnSync("janus", ["--version"]).error === undefined

describe.skipIf(!hasJanus)("a call through Janus (needs janus)", () => {
  let janus: Janus | undefined
  const free: number[] = []
  beforeAll(async () => {
    janus = await startJanus(8)
    free.push(...janus.rooms)
  })
  afterAll(async () => {
    await janus?.[Symbol.asyncDispose]()
  })

  let room = 0
  beforeEach(() => {
    room = free.shift() ?? 0
  })
  testsOfCalls(() => ({ url: janus?.url ?? "", room, pin: janus?.pin }))
})
