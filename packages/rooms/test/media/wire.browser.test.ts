import { decodeSFrameHeader } from "@darkslide/crypto/sframe"
import { describe, expect, onTestFinished, test } from "vitest"
import { envelopes, type FrameCodec } from "../../src/media/frame-codec.ts"
import { joinCall, type CallOptions } from "../../src/media/join-call.ts"
import { Company } from "../room/company.ts"
import { numberedCamera } from "./numbered-pictures.ts"

interface WireFrame {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isKey: boolean
}

/** Frames as they leave somebody who calls another. */
async function record(stream: MediaStream, options: CallOptions, count: number): Promise<readonly WireFrame[]> {
  const [ann, bo] = await new Company().gather("Ann", "Bo")
  const watcher = await joinCall(bo!.room)
  const call = await joinCall(ann!.room, { ...options, stream })
  onTestFinished(async () => {
    await watcher.leave()
    await call.leave()
  })
  call.watchWire(1000)
  const frames: WireFrame[] = []
  for await (const event of call.events()) {
    if (event.type === "wire") frames.push(event)
    if (frames.length === count) break
  }
  return frames
}

/** How far from chance the bytes are: 255 is what is to be expected, with a deviation of 23. */
function chiSquare(bytes: Uint8Array): number {
  const counts = new Uint32Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  const expected = bytes.length / 256
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** Checks that frames are constant bytes, an SFrame header, and what looks like noise. */
function expectSealed(frames: readonly WireFrame[], codec: FrameCodec): void {
  const noise: number[] = []
  const counters = new Set<bigint>()
  for (const { bytes, isKey } of frames) {
    const sealed = envelopes[codec].unwrap(bytes)!
    expect(envelopes[codec].wrap(sealed, isKey)).toEqual(bytes)
    const { keyId, counter, length } = decodeSFrameHeader(sealed)
    // Leaf 0 in an epoch below 16, first call.
    expect(keyId).toBeLessThan(16n)
    counters.add(counter)
    noise.push(...sealed.subarray(length))
  }
  expect(counters.size).toBe(frames.length)
  expect(chiSquare(new Uint8Array(noise))).toBeLessThan(400)
}

describe("the wire", () => {
  test.each([
    ["VP8", "vp8"],
    ["VP9", "vp9"],
    ["AV1", "av1"],
    ["H264", "h264"],
  ] as const)("shows nothing of a %s picture but its length, and whether it is a key frame", async (name, codec) => {
    const camera = numberedCamera()
    onTestFinished(() => camera.stop())
    const frames = await record(new MediaStream([camera.track]), { codecs: [name] }, 30)
    expect(frames[0]?.isKey).toBe(true)
    expect(frames.some(({ isKey }) => !isKey)).toBe(true)
    expectSealed(frames, codec)
  })

  test("shows nothing of sound but its length", async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    onTestFinished(() => stream.getTracks().forEach((track) => track.stop()))
    expectSealed(await record(stream, {}, 100), "opus")
  })
})
