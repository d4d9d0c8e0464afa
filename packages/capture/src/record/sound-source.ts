import { CaptureError } from "../errors.ts"
import { microphoneError } from "./microphone-error.ts"
import { openMicrophone } from "./microphone.ts"
import type { ClipFormat } from "./clip-format.ts"
import { followTrack } from "../frames/track-end.ts"
import type { MicrophoneState, RecorderAudio, RecorderOptions } from "./recorder.ts"
import { soundCodecs, soundEncoderConfig, type SoundCodec } from "./sound-codec.ts"

/** A microphone that is there, and how it will be written. */
export interface SoundSource {
  /** Its end is the microphone's end, however that came. */
  readonly track: MediaStreamTrack
  readonly codec: SoundCodec
  /** Tells that it gives nothing any more, once. */
  end(): void
  /** Ends what was opened here, and tells nothing more. A track that was given stays its owner's. */
  stop(): void
}

/** What is posted to the worker, with its readable transferred. */
export interface SoundHandle {
  readonly readable: ReadableStream<AudioData>
  readonly codec: SoundCodec
}

/** Media Capture Transform (W3C) on the page, which only some browsers have for sound. */
interface AudioProcessorScope {
  readonly MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => {
    readonly readable: ReadableStream<AudioData>
  }
}

/** Buffers of 10 ms that may wait for a worker that is busy. */
const waitingBuffers = 100

interface SoundWishes extends Pick<RecorderOptions, "audio" | "onMicrophone" | "signal"> {
  readonly container: ClipFormat["container"]
  /** Whether the recorder can write sound so. */
  readonly supports: (codec: SoundCodec) => boolean | Promise<boolean>
}

/**
 * Opens the microphone, or takes the track that was given. Where there is none to be had, says why.
 * @throws TypeError for a track that carries no sound; the signal's reason when it aborts.
 */
export async function openSound(
  wishes: SoundWishes,
): Promise<{ readonly audio: RecorderAudio; readonly source?: SoundSource }> {
  try {
    const source = await soundSource(wishes)
    return { audio: { state: "on", codec: source.codec, label: source.track.label }, source }
  } catch (error) {
    // A recording without sound is better than none, and `capabilities` says why it is one.
    if (error instanceof CaptureError) return { audio: { state: "refused", error } }
    throw error
  }
}

async function soundSource({ audio = false, onMicrophone, ...wishes }: SoundWishes): Promise<SoundSource> {
  const given = audio instanceof MediaStreamTrack ? audio : undefined
  if (given && given.kind !== "audio") throw new TypeError("audio must be a track that carries sound")
  const codec = await firstSupported(wishes.container, wishes.supports)
  // Nobody is asked for what cannot be recorded.
  if (codec === undefined) throw microphoneError("CAPTURE_UNSUPPORTED")
  if (given?.readyState === "ended") throw microphoneError("CAPTURE_ENDED")
  const microphone = given ?? (await openMicrophone(audio as true | MediaTrackConstraints, wishes.signal))
  // A track that was given lives on, so what reads it ends with a clone.
  const own = given ? followTrack(given) : { track: microphone, stop: () => microphone.stop() }
  const watch = new AbortController()
  const { signal } = watch
  const tell = (state: MicrophoneState): void => {
    if (signal.aborted) return
    if (state === "ended") watch.abort()
    onMicrophone?.(state)
  }
  microphone.addEventListener("mute", () => tell("muted"), { signal })
  microphone.addEventListener("unmute", () => tell("live"), { signal })
  microphone.addEventListener("ended", () => tell("ended"), { signal })
  const stop = (): void => {
    watch.abort()
    own.stop()
  }
  return { track: own.track, codec, end: () => tell("ended"), stop }
}

async function firstSupported(
  container: ClipFormat["container"],
  supports: (codec: SoundCodec) => boolean | Promise<boolean>,
): Promise<SoundCodec | undefined> {
  for (const codec of soundCodecs(container)) if (await supports(codec)) return codec
  return undefined
}

/** Whether WebCodecs writes such sound here, and the page can hand it to a worker. */
export async function isSoundEncoded(codec: SoundCodec): Promise<boolean> {
  const { MediaStreamTrackProcessor: Processor } = globalThis as AudioProcessorScope
  if (!Processor || typeof AudioEncoder === "undefined") return false
  const config = soundEncoderConfig(codec, { sampleRate: 48_000, numberOfChannels: 1 })
  return (await AudioEncoder.isConfigSupported(config)).supported === true
}

/** For a worker, which reads it to the track's end. */
export function soundHandle({ track, codec }: SoundSource): SoundHandle {
  const { MediaStreamTrackProcessor: Processor } = globalThis as AudioProcessorScope
  if (!Processor) throw microphoneError("CAPTURE_UNSUPPORTED")
  return { readable: new Processor({ track, maxBufferSize: waitingBuffers }).readable, codec }
}
