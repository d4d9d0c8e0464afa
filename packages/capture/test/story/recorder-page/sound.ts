import { openCamera } from "@darkslide/capture"
import {
  createRecorder,
  joinSegments,
  type Clip,
  type ClipFormat,
  type MicrophoneState,
  type RecorderAudio,
  type Segment,
} from "@darkslide/capture/record"
import { toBase64Url } from "@darkslide/crypto"
import { BeatSource } from "./beat-source.ts"

/** A file as the test in Node gets it, and what the recorder said. */
export interface ToldSound extends Pick<Clip, "durationSeconds" | "audio" | "endedBy"> {
  readonly base64: string
  readonly recorderAudio: string
  /** What getUserMedia was asked for, one entry each time. */
  readonly asked: readonly string[]
}

/** Written down on the way to the browser's own, which answers. */
const asked: string[] = []
const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = async (constraints = {}) => {
  asked.push(
    ["audio", "video"].filter((kind) => Boolean(constraints[kind as "audio" | "video"])).join(" and ") || "nothing",
  )
  return await original(constraints)
}

async function told(clip: Pick<Clip, "blob" | "durationSeconds" | "audio" | "endedBy">, audio: RecorderAudio) {
  const { blob, ...facts } = clip
  return {
    ...{ durationSeconds: facts.durationSeconds, audio: facts.audio, endedBy: facts.endedBy },
    base64: toBase64Url(new Uint8Array(await blob.arrayBuffer())),
    recorderAudio: audio.state === "refused" ? `${audio.error.code}: ${audio.error.hint}` : audio.state,
    asked: asked.splice(0),
  } satisfies ToldSound
}

/** A clip with its pre-roll of the browser's fake camera, with or without its fake microphone, which beeps. */
export async function soundClip(format: ClipFormat, audio: boolean, preRollSeconds: number): Promise<ToldSound> {
  await using camera = await openCamera({ width: 320, height: 180 })
  await using recorder = await createRecorder(camera, { formats: [format], preRollSeconds, audio })
  if (recorder.capabilities.preRoll) await recorder.clip({ seconds: preRollSeconds + 1.2 })
  const clip = await recorder.clip({ preRollSeconds, seconds: 1 })
  return await told(clip, recorder.capabilities.audio)
}

/** The same by the browser's own recorder. */
export async function fallbackClip(format: ClipFormat): Promise<ToldSound> {
  const webCodecs = Object.getOwnPropertyDescriptor(globalThis, "VideoEncoder") ?? {}
  Reflect.deleteProperty(globalThis, "VideoEncoder")
  try {
    return await soundClip(format, true, 2)
  } finally {
    Object.defineProperty(globalThis, "VideoEncoder", webCodecs)
  }
}

/** Segments of a recording with pre-roll, joined in the wrong order. */
export async function joinedSound(format: ClipFormat): Promise<ToldSound & { readonly segments: number }> {
  await using camera = await openCamera({ width: 320, height: 180 })
  await using recorder = await createRecorder(camera, { formats: [format], preRollSeconds: 2, audio: true })
  await recorder.clip({ seconds: 2.5 })
  const recording = recorder.record({ preRollSeconds: 1, segmentSeconds: 1, maxSeconds: 2.5 })
  const segments: Segment[] = []
  for await (const segment of recording.segments) segments.push(segment)
  const { blob, durationSeconds } = await joinSegments(segments.toReversed())
  const { audio, endedBy } = await recording.done
  return {
    ...(await told({ blob, durationSeconds, audio, endedBy }, recorder.capabilities.audio)),
    segments: segments.length,
  }
}

/** A camera that lights up and a microphone that sounds in the same moments. `loseSound` leaves holes in between. */
export async function beatClip(format: ClipFormat, loseSound: boolean): Promise<ToldSound> {
  const source = new BeatSource({ loseSound })
  await using recorder = await createRecorder(new MediaStream([source.video]), {
    ...{ formats: [format], preRollSeconds: 2, keyFrameSeconds: 0.5, audio: source.audio },
  })
  await recorder.clip({ seconds: 2.5 })
  const clip = await recorder.clip({ preRollSeconds: 2, seconds: 2 })
  source.close()
  return await told(clip, recorder.capabilities.audio)
}

/** A microphone that is pulled out while it records. */
export async function endedMicrophone(format: ClipFormat): Promise<ToldSound & { states: readonly MicrophoneState[] }> {
  await using camera = await openCamera({ width: 320, height: 180 })
  const [audio] = (await original({ audio: true })).getAudioTracks()
  const states: MicrophoneState[] = []
  const ended = Promise.withResolvers<void>()
  await using recorder = await createRecorder(camera, {
    ...{ formats: [format], audio },
    onMicrophone(state) {
      states.push(state)
      if (state === "ended") ended.resolve()
    },
  })
  const recording = recorder.record()
  await recorder.clip({ seconds: 1 })
  audio?.stop()
  await ended.promise
  await recorder.clip({ seconds: 1 })
  return { ...(await told(await recording.stop(), recorder.capabilities.audio)), states }
}
