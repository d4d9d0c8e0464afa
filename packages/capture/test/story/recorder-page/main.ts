import { openCamera, sealCapture } from "@darkslide/capture"
import { createRecorder, type Clip, type ClipFormat, type Recorder } from "@darkslide/capture/record"
import { createAccount, deviceIdOf, generateSigningSeed, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { FrameNumbers } from "./frame-number.ts"
import { beatClip, endedMicrophone, fallbackClip, joinedSound, soundClip } from "./sound.ts"

/** What the test in Node gets of a clip. */
export interface ToldClip extends Omit<Clip, "blob" | "thumbnail"> {
  readonly base64: string
  /** The number of the newest frame when the clip was asked for. */
  readonly triggeredAt: number
  /** The numbers of the frames that another reader of the same camera got from then on. */
  readonly given: readonly number[]
}

export interface StoredSegment {
  readonly index: number
  /** Each part of the sealed capture in base64url, by its name. */
  readonly parts: Readonly<Record<string, string>>
}

interface StoryWindow {
  /** Given by the test: a store outside this browser. */
  storeSegment(segment: StoredSegment): Promise<void>
  tellFrame(number: number): Promise<void>
  story: typeof story
}

const story = { clip, sealSegmentsForEver, beatClip, endedMicrophone, fallbackClip, joinedSound, soundClip }
Object.assign(globalThis, { story })

async function openStory(formats: readonly ClipFormat[], preRollSeconds: number) {
  const camera = await openCamera({ width: 320, height: 180 })
  const numbers = new FrameNumbers(camera.stream)
  const recorder = await createRecorder(camera, { formats, preRollSeconds })
  return { camera, numbers, recorder }
}

/** One clip, asked for once the ring has what it should keep. */
async function clip(format: ClipFormat, preRollSeconds: number, seconds: number): Promise<ToldClip> {
  const { camera, numbers, recorder } = await openStory([format], preRollSeconds)
  try {
    if (preRollSeconds > 0) await recorder.clip({ seconds: preRollSeconds + 1.2 })
    const triggeredAt = numbers.latest
    const from = numbers.all.length - 1
    const { blob, thumbnail: _, ...told } = await recorder.clip({ preRollSeconds, seconds })
    return {
      ...told,
      triggeredAt,
      given: numbers.all.slice(from),
      base64: toBase64Url(new Uint8Array(await blob.arrayBuffer())),
    }
  } finally {
    await recorder.close()
    await camera.close()
  }
}

/** Records until the tab dies, and seals each segment as it comes. @returns what opens them. */
async function sealSegmentsForEver(format: ClipFormat, segmentSeconds: number) {
  const { numbers, recorder } = await openStory([format], 1)
  const signer = signerFromSeed(generateSigningSeed())
  const account = await createAccount({
    exportKey: new Uint8Array(64),
    serverPublicKey: new Uint8Array(32),
    device: { publicKey: signer.publicKey, scope: "full", name: "story" },
    at: 1,
  })
  const device = { accountId: account.accountId, deviceId: deviceIdOf(signer.publicKey), signer }
  void sealAll(recorder, { segmentSeconds, seal, numbers })
  return { identity: account.identity.toString(), state: toBase64Url(account.stored.state) }

  async function seal(input: Parameters<typeof sealCapture>[0], seq: number) {
    const position = { seq, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] }
    return await sealCapture(input, { to: [account.recipient], owner: account.recipient, device, position })
  }
}

async function sealAll(
  recorder: Recorder,
  options: {
    readonly segmentSeconds: number
    readonly seal: (input: Parameters<typeof sealCapture>[0], seq: number) => ReturnType<typeof sealCapture>
    readonly numbers: FrameNumbers
  },
): Promise<void> {
  const { storeSegment, tellFrame } = globalThis as unknown as StoryWindow
  setInterval(() => void tellFrame(options.numbers.latest), 50)
  const recording = recorder.record({ segmentSeconds: options.segmentSeconds })
  for await (const { blob, clip, startedAt, thumbnail } of recording.segments) {
    const [media, small] = await Promise.all([blob.bytes(), thumbnail?.bytes() ?? new Uint8Array(1)])
    const input = {
      media,
      thumbnail: small,
      mediaType: blob.type,
      kind: "clip",
      clip,
      createdAt: Math.round(startedAt),
    } as const
    const { captureId, recordHash: _, ...parts } = await options.seal(input, clip.index + 1)
    const told = Object.entries(parts).map(([name, bytes]) => [name, toBase64Url(bytes)] as const)
    await storeSegment({ index: clip.index, parts: { captureId, ...Object.fromEntries(told) } })
  }
}
