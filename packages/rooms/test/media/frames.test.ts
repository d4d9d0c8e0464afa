import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { EpochKey } from "../../src/media/epoch-key.ts"
import { envelopes, type FrameCodec } from "../../src/media/frame-codec.ts"
import { FrameOpener, type OpenOutcome } from "../../src/media/frame-opener.ts"
import { FrameSealer } from "../../src/media/frame-sealer.ts"

const picture = new Uint8Array([1, 2, 3, 4])
const codecs = Object.keys(envelopes) as FrameCodec[]

function key(epoch: number, options: Partial<EpochKey> = {}): EpochKey {
  const baseKey = new Uint8Array(16).fill(epoch)
  return { epoch: BigInt(epoch), leafIndex: 1, baseKey, senders: [0, 1, 2], keepMs: 2000, ...options }
}

async function sealerAt(epoch: number, options: Partial<EpochKey> = {}, context = 0): Promise<FrameSealer> {
  const sealer = new FrameSealer(context)
  await sealer.setEpoch(key(epoch, options))
  return sealer
}

async function sealed(sealer: FrameSealer, codec: FrameCodec = "vp8"): Promise<Uint8Array<ArrayBuffer>> {
  const frame = await sealer.seal(picture, codec, false)
  if (!frame) throw new Error("nothing was sealed")
  return frame
}

/** Long enough for a frame to be held in vain, and for WebCrypto to work meanwhile. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

describe("frames", () => {
  const missing: number[] = []
  let opener: FrameOpener
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
    missing.splice(0)
    opener = new FrameOpener((leafIndex) => missing.push(leafIndex))
    opener.setEpoch(key(5))
  })
  afterEach(() => {
    opener.close()
    vi.useRealTimers()
  })

  test.each(codecs)("%s frames come out as they went in, with at most 22 bytes more (H.264: 32)", async (codec) => {
    const sealer = await sealerAt(5)
    // The counter has two bytes from here on: 65,000 frames.
    for (let count = 0; count < 300; count++) await sealer.seal(picture, codec, false)
    const frame = await sealed(sealer, codec)
    expect(frame.length - picture.length).toBeLessThanOrEqual(codec === "h264" ? 32 : 22)
    expect(await opener.open(frame, codec, 1)).toEqual({ frame: picture, keyId: 0x15n })
  })

  test("nothing is sealed without a key, nor while we are behind", async () => {
    const sealer = new FrameSealer(0)
    expect(await sealer.seal(picture, "vp8", true)).toBeUndefined()
    await sealer.setEpoch(key(5))
    sealer.pause()
    expect(await sealer.seal(picture, "vp8", true)).toBeUndefined()
    await sealer.setEpoch(key(5))
    expect(await sealer.seal(picture, "vp8", true)).toBeUndefined()
    await sealer.setEpoch(key(6))
    expect(await sealer.seal(picture, "vp8", true)).toBeDefined()
  })

  test("a sealer never goes back to an older epoch", async () => {
    const sealer = await sealerAt(6)
    await sealer.setEpoch(key(5))
    const outcome = opener.open(await sealed(sealer), "vp8", 1)
    await pass(500)
    expect(await outcome).toEqual({ refused: "unknown_key" })
  })

  test("two calls of one visit share no key", async () => {
    const [one, other] = [await sealed(await sealerAt(5)), await sealed(await sealerAt(5, {}, 1))]
    expect(one).not.toEqual(other)
    for (const frame of [one, other]) expect(await opener.open(frame, "vp8", 1)).toMatchObject({ frame: picture })
  })

  test("a frame of an epoch that is on its way waits for it", async () => {
    const outcome = opener.open(await sealed(await sealerAt(6)), "vp8", 1)
    await pass(300)
    opener.setEpoch(key(6))
    expect(await outcome).toMatchObject({ frame: picture })
    expect(missing).toEqual([])
  })

  test("a key that does not come is missed once; then nobody waits for two seconds", async () => {
    const sealer = await sealerAt(6)
    const first = opener.open(await sealed(sealer), "vp8", 1)
    await pass(399)
    expect(missing).toEqual([])
    await pass(10)
    expect(await first).toEqual({ refused: "unknown_key" })
    expect(await opener.open(await sealed(sealer), "vp8", 1)).toEqual({ refused: "unknown_key" })
    expect(missing).toEqual([1])
    await pass(2000)
    const again = opener.open(await sealed(sealer), "vp8", 1)
    opener.setEpoch(key(6))
    expect(await again).toMatchObject({ frame: picture })
  })

  test("frames of an epoch that is over are opened for two seconds after a leave", async () => {
    const sealer = await sealerAt(5)
    opener.setEpoch(key(6))
    await pass(1900)
    expect(await opener.open(await sealed(sealer), "vp8", 1)).toMatchObject({ frame: picture })
    await pass(200)
    expect(await opener.open(await sealed(sealer), "vp8", 1)).toEqual({ refused: "stale" })
    expect(missing).toEqual([])
  })

  test("a leave ends what a join before it would have kept for ten seconds", async () => {
    const sealer = await sealerAt(5)
    opener.setEpoch(key(6, { keepMs: 10_000 }))
    opener.setEpoch(key(7, { keepMs: 2000 }))
    await pass(2100)
    expect(await opener.open(await sealed(sealer), "vp8", 1)).toEqual({ refused: "stale" })
  })

  test("an epoch takes the place of the one sixteen before it", async () => {
    const old = await sealed(await sealerAt(5))
    opener.setEpoch(key(21, { keepMs: 10_000 }))
    expect(await opener.open(old, "vp8", 1)).toEqual({ refused: "forged" })
    expect(await opener.open(await sealed(await sealerAt(21)), "vp8", 1)).toMatchObject({ frame: picture })
  })

  test("frames are of whom the stream is, and of those alone who may send", async () => {
    const frame = await sealed(await sealerAt(5))
    expect(await opener.open(frame, "vp8", 2)).toEqual({ refused: "foreign" })
    opener.setEpoch(key(5, { senders: [0] }))
    expect(await opener.open(frame, "vp8", 1)).toEqual({ refused: "foreign" })
    opener.setEpoch(key(5))
    expect(await opener.open(frame, "vp8", undefined)).toMatchObject({ frame: picture })
  })

  test("no frame opens twice, not even as another codec's", async () => {
    const sealer = await sealerAt(5)
    const [one, two] = [await sealed(sealer, "vp9"), await sealed(sealer, "vp9")]
    expect(await opener.open(two, "vp9", 1)).toMatchObject({ frame: picture })
    expect(await opener.open(one, "vp9", 1)).toMatchObject({ frame: picture })
    expect(await opener.open(one, "vp9", 1)).toEqual({ refused: "replayed" })
    expect(await opener.open(two, "opus", 1)).toEqual({ refused: "replayed" })
  })

  test("a flipped bit refuses, whichever it is", async () => {
    const sealer = await sealerAt(5)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...codecs), fc.nat(), fc.integer({ min: 0, max: 7 }), async (codec, at, bit) => {
        const frame = await sealed(sealer, codec)
        const broken = frame.slice()
        broken[at % frame.length]! ^= 1 << bit
        const outcome = opener.open(broken, codec, undefined)
        await pass(500)
        const result: OpenOutcome = await outcome
        // Of an envelope, what says nothing may change: then the frame is the one that was sealed.
        if ("frame" in result) expect(result.frame).toEqual(picture)
        else expect(result.refused).toMatch(/unknown_key|stale|foreign|forged|malformed/u)
      }),
      { numRuns: 300 },
    )
  })

  test("any bytes are refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...codecs), fc.uint8Array({ maxLength: 100 }), async (codec, bytes) => {
        const outcome = opener.open(new Uint8Array(bytes), codec, undefined)
        await pass(500)
        expect(await outcome).toHaveProperty("refused")
      }),
      { numRuns: 300 },
    )
  })
})
