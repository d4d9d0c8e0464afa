import { describe, expect, onTestFinished, test, vi } from "vitest"
import { Call } from "../../src/media/call.ts"
import { callKind } from "../../src/media/call-signal.ts"
import { joinCall } from "../../src/media/join-call.ts"
import { MediaWorker } from "../../src/media/media-worker-host.ts"
import { Company, expectSettled } from "../room/company.ts"
import { enterCall, expectCallEvent, expectToSee, streamOf, type Caller } from "./callers.ts"
import { deafRoom } from "./deaf-room.ts"
import { numberedCamera, readNumbers } from "./numbered-pictures.ts"

async function pair(options: Parameters<typeof enterCall>[1] = {}): Promise<[Caller, Caller]> {
  const [ann, bo] = await new Company().gather("Ann", "Bo")
  return [await enterCall(ann!, options), await enterCall(bo!, options)]
}

async function microphone(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const [track] = stream.getAudioTracks()
  onTestFinished(() => track?.stop())
  return track!
}

/** Makes a browser of this one that never brings one pipe of a direction to the worker: the first, or a later one. */
function loseTransform(lost: "seal" | "open", which = 1): void {
  const attach = MediaWorker.prototype.attach
  let count = 0
  const spy = vi.spyOn(MediaWorker.prototype, "attach")
  onTestFinished(() => spy.mockRestore())
  spy.mockImplementation(function (this: MediaWorker, end, direction, leafIndex) {
    if (direction !== lost || ++count !== which) return attach.call(this, end, direction, leafIndex)
    return { id: 1_000_000, live: Promise.resolve() }
  })
}

/** A frame as text, with all that is base64url in it as bytes too. */
function withoutEncoding(frame: string): string {
  const words = frame.match(/[\w-]{16,}/gu) ?? []
  const decoded = words.map((word) =>
    atob(
      word
        .replace(/-/gu, "+")
        .replace(/_/gu, "/")
        .slice(0, word.length & ~3),
    ),
  )
  return [frame, ...decoded].join("\n")
}

/** The energy of the sound that came out of a decoder. */
async function heard(connection: RTCPeerConnection): Promise<number> {
  let energy = 0
  for (const entry of (await connection.getStats()).values() as Iterable<{ totalAudioEnergy?: number }>)
    energy = Math.max(energy, entry.totalAudioEnergy ?? 0)
  return energy
}

describe("a call", () => {
  test("shows two people each other's pictures", async () => {
    const [ann, bo] = await pair()
    await Promise.all([expectToSee(ann, bo), expectToSee(bo, ann)])
    expect(ann.call.people.map(({ member, state }) => [member.name, state])).toEqual([["Bo", "connected"]])
    expect(await expectCallEvent(ann, "stream")).toMatchObject({
      source: "camera",
      member: { name: "Bo" },
      isMuted: false,
    })
  })

  test.each(["VP8", "VP9", "AV1", "H264"] as const)("carries %s sealed", async (codec) => {
    const [ann, bo] = await pair({ codecs: [codec], statisticsMs: 500 })
    await Promise.all([expectToSee(ann, bo), expectToSee(bo, ann)])
    await expectCallEvent(ann, "statistics", ({ people }) =>
      people.some(({ incoming, outgoing }) =>
        [...incoming, ...outgoing].every((one) => one.codec === `video/${codec}`),
      ),
    )
  })

  test("carries sound sealed, and what a microphone hears comes out", async () => {
    const [ann, bo] = await pair()
    await ann.call.share("microphone", await microphone())
    const { track } = await expectCallEvent(bo, "stream", ({ source }) => source === "microphone")
    const player = new Audio()
    // Not muted: the energy is counted behind the volume.
    player.srcObject = new MediaStream([track])
    await player.play()
    const link = Call.pathOf(bo.call).people[0]!.link
    await expect.poll(async () => await heard(link.connection)).toBeGreaterThan(0.0001)
  })

  test("changes the camera, mutes, shares a screen and takes it back", async () => {
    const [ann, bo] = await pair()
    await expectToSee(bo, ann)
    const other = numberedCamera(60_000)
    onTestFinished(() => other.stop())
    await ann.call.share("camera", other.track, { maxBitrate: 300_000, keep: "motion" })
    const numbers = (): readonly number[] => bo.pictures.get("Ann")!.numbers
    await expect.poll(() => numbers().some((number) => number > 60_000 && number <= other.last())).toBe(true)

    await ann.call.mute("camera")
    await expectCallEvent(bo, "muted", ({ source }) => source === "camera")
    expect(streamOf(bo, "Ann", "camera")?.isMuted).toBe(true)
    const mutedAt = other.last()
    await ann.call.unmute("camera")
    await expectCallEvent(bo, "unmuted")
    await expect.poll(() => numbers().some((number) => number > mutedAt)).toBe(true)

    const screen = numberedCamera(50_000)
    onTestFinished(() => screen.stop())
    await ann.call.share("screen", screen.track, { keep: "detail" })
    const { track } = await expectCallEvent(bo, "stream", ({ source }) => source === "screen")
    const shown = readNumbers(track)
    await expect.poll(() => shown.numbers.length).toBeGreaterThan(3)
    await ann.call.unshare("screen")
    await expectCallEvent(bo, "stream_ended", ({ source }) => source === "screen")
    expect(ann.call.sources).toEqual({ camera: "live" })
  })

  test("follows those who join, leave and are kicked: no picture under keys of before", async () => {
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    const [one, two] = [await enterCall(ann!), await enterCall(bo!)]
    const cy = await company.join("Cy", { invite: ann!.room.invite })
    const three = await enterCall(cy, { room: deafRoom(cy.room, ({ type }) => type !== "closed") })
    await Promise.all([
      expectToSee(three, one),
      expectToSee(three, two),
      expectToSee(one, three),
      expectToSee(two, one),
    ])

    const kickedAt = cy.room.keys.epoch
    await ann!.room.kick(ann!.room.members.find(({ name }) => name === "Cy")!)
    await Promise.all([one, two].map((caller) => expectCallEvent(caller, "sealing", ({ epoch }) => epoch > kickedAt)))
    await expectCallEvent(one, "person_left", ({ member }) => member.name === "Cy")
    const last = [one, two].map(({ camera }) => camera.last())
    await Promise.all([expectToSee(one, two, 15), expectToSee(two, one, 15)])
    for (const [index, name] of ["Ann", "Bo"].entries())
      expect(Math.max(...three.pictures.get(name)!.numbers)).toBeLessThanOrEqual(last[index]!)
  })

  test("of four shows the hub nothing: no name, description, address or fingerprint", async () => {
    const company = new Company()
    const names = ["Annabella", "Bonifatius", "Cyprianus", "Dionysios"]
    const guests = await company.gather(names[0]!, ...names.slice(1))
    const callers: Caller[] = []
    for (const guest of guests) callers.push(await enterCall(guest))
    await Promise.all(
      callers.flatMap((one) => callers.filter((other) => other !== one).map((other) => expectToSee(one, other))),
    )
    await callers[3]!.guest.room.leave()
    await expectCallEvent(callers[0]!, "person_left")
    const record = company.transports
      .flatMap(({ frames }) => frames)
      .map(withoutEncoding)
      .join("\n")
    expect(record.length).toBeGreaterThan(50_000)
    const secrets = [
      ...names,
      "candidate",
      "v=0",
      "fingerprint",
      "ice-ufrag",
      "m=video",
      "typ host",
      "camera",
      callKind,
    ]
    expect(secrets.filter((secret) => record.includes(secret))).toEqual([])
  })

  test("finds out a hub that withholds a commit: the others say how far they are", async () => {
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    const [one, two] = [await enterCall(ann!), await enterCall(bo!)]
    await Promise.all([expectToSee(one, two), expectToSee(two, one)])
    bo!.transport.tap.toClient = (message) => (message.t === "message" || message.t === "people" ? [] : [message])
    await company.join("Cy", { invite: ann!.room.invite })
    expect(await expectCallEvent(two, "ended")).toMatchObject({ error: { code: "ROOMS_FORKED" } })
  })

  test("who left sees nothing more, even if nobody closed a connection", async () => {
    const [ann, bo, cy] = await new Company().gather("Ann", "Bo", "Cy")
    const clinging = { room: deafRoom(ann!.room, ({ type }) => type !== "member_left") }
    const one = await enterCall(ann!, clinging)
    const two = await enterCall(bo!)
    const three = await enterCall(cy!, {
      room: deafRoom(cy!.room, ({ type }) => type !== "closed" && type !== "member_left"),
    })
    await Promise.all([expectToSee(three, one), expectToSee(two, one)])
    const { epoch } = cy!.room.keys
    await cy!.room.leave()
    await expectCallEvent(one, "sealing", (event) => event.epoch > epoch)
    const last = one.camera.last()
    await expectToSee(two, one, 15)
    const sent = await Call.pathOf(one.call)
      .people.find(({ member }) => member.name === "Cy")!
      .link.connection.getStats()
    const frames: number[] = []
    sent.forEach((entry: { type: string; framesSent?: number }) => {
      if (entry.type === "outbound-rtp" && entry.framesSent !== undefined) frames.push(entry.framesSent)
    })
    expect(frames[0]).toBeGreaterThan(15)
    expect(Math.max(...three.pictures.get("Ann")!.numbers)).toBeLessThanOrEqual(last)
    await expectCallEvent(three, "key_missing")
  })

  test("sends nothing in clear for long: an induced leak is stopped, and the source sent anew", async () => {
    loseTransform("seal")
    const [ann, bo] = await new Company().gather("Ann", "Bo")
    const one = await enterCall(ann!)
    const two = await enterCall(bo!)
    const isOut = ({ way }: { way: "in" | "out" }): boolean => way === "out"
    const leaks = [one, two].map((caller) => expectCallEvent(caller, "leak_prevented", isOut))
    expect(await Promise.race(leaks)).toMatchObject({ source: "camera", way: "out" })
    await Promise.all([expectToSee(one, two), expectToSee(two, one)])
    for (const leak of leaks) void leak.catch(() => undefined)
  })

  test("asks anew for a stream that the browser does not bring to the worker", async () => {
    const [ann, bo] = await new Company().gather("Ann", "Bo")
    const one = await enterCall(ann!)
    // The first is that of Ann's own transceiver, on which nothing comes.
    loseTransform("open", 2)
    const call = await joinCall(bo!.room)
    onTestFinished(() => call.leave())
    let numbers: readonly number[] = []
    let isRepaired = false
    for await (const event of call.events()) {
      if (event.type === "stream") ({ numbers } = readNumbers(event.track))
      if (event.type === "repaired") isRepaired = true
      if (isRepaired && event.type === "stream") break
    }
    const from = one.camera.last()
    await expect.poll(() => numbers.some((number) => number > from && number <= one.camera.last())).toBe(true)
  })

  test("ends with the room, and says why", async () => {
    const [ann, bo] = await pair()
    await expectToSee(ann, bo)
    await ann.guest.room.kick(ann.guest.room.members.find(({ name }) => name === "Bo")!)
    expect(await expectCallEvent(bo, "ended")).toMatchObject({ error: { code: "ROOMS_REMOVED" } })
    await expect(bo.call.share("camera", bo.camera.track)).rejects.toMatchObject({ code: "ROOMS_CLOSED" })
    expect(ann.call.people).toEqual([])
    expect(bo.camera.track.readyState).toBe("live")
  })

  test("can be left and joined again, under other key ids", async () => {
    const [ann, bo] = await pair()
    await expectToSee(ann, bo)
    await bo.call.leave()
    await expectCallEvent(ann, "person_left")
    const again = await enterCall(bo.guest)
    await Promise.all([expectToSee(ann, again), expectToSee(again, ann)])
  })

  test("somebody who may only watch, watches", async () => {
    const company = new Company()
    const [ann, bo] = await company.gather("Ann", "Bo")
    await ann!.room.appoint(
      ann!.room.members.find(({ name }) => name === "Bo")!,
      "viewer",
    )
    await expect.poll(() => bo!.room.self.role).toBe("viewer")
    await expectSettled([ann!, bo!])
    const camera = numberedCamera()
    onTestFinished(() => camera.stop())
    const stream = new MediaStream([camera.track])
    await expect(joinCall(bo!.room, { stream })).rejects.toMatchObject({ code: "ROOMS_FORBIDDEN" })
    const one = await enterCall(ann!)
    const call = await joinCall(bo!.room)
    onTestFinished(() => call.leave())
    const events = call.events()
    for await (const event of events) {
      if (event.type !== "stream") continue
      const shown = readNumbers(event.track)
      await expect.poll(() => shown.numbers.some((number) => number > 0 && number <= one.camera.last())).toBe(true)
      break
    }
  })

  test("asks for what it can do", async () => {
    const [ann] = await new Company().gather("Ann")
    const { call, camera } = await enterCall(ann!)
    await expect(call.share("microphone", camera.track)).rejects.toThrow(TypeError)
    await expect(call.share("camera", camera.track, { scaleDownBy: 0.5 })).rejects.toThrow(RangeError)
    await expect(call.tune("screen", {})).rejects.toThrow(RangeError)
    await expect(joinCall(ann!.room, { route: "relay" })).rejects.toThrow(RangeError)
    const createWorker = (): Worker => new Worker(URL.createObjectURL(new Blob(["throw new Error('no')"])))
    await expect(joinCall(ann!.room, { createWorker })).rejects.toMatchObject({ code: "ROOMS_MEDIA_UNSUPPORTED" })
    const signal = AbortSignal.abort(new Error("not now"))
    await expect(joinCall(ann!.room, { signal })).rejects.toThrow("not now")
  })
})
