import { cameraError } from "../cameras/camera-error.ts"
import { clipFormats, type ClipFormat } from "./clip-format.ts"
import { encoderConfig } from "./frame-encoder.ts"
import type { Recorder, RecorderAudio, RecorderOptions } from "./recorder.ts"
import { checkSeconds, WebCodecsRecorder, type RecorderSound } from "./webcodecs-recorder.ts"

/** A camera of this package, or any stream with a video track. */
export type RecordedSource = MediaStream | { readonly stream: MediaStream }

/**
 * Starts to encode a camera, and keeps the last seconds, so that a recording can begin before it was asked for. Sound is
 * recorded only where `audio` asks for it, and no microphone is asked for else. Where the browser has no WebCodecs its own
 * recorder serves, and `capabilities` says what it lacks.
 * @param source - Stays its owner's, and must outlive the recorder. A stream with several video tracks: the first.
 * @throws CaptureError `CAPTURE_ENDED` when the camera gives no picture, `CAPTURE_UNSUPPORTED` when the browser encodes
 * none of `formats`; TypeError for an `audio` track that carries no sound; the signal's reason when it aborts.
 *
 * @example
 * ```ts no-run
 * import { createRecorder } from "@darkslide/capture/record"
 * await using camera = await openCamera()
 * await using recorder = await createRecorder(camera, { preRollSeconds: 5 })
 * const clip = await recorder.clip({ preRollSeconds: 5, seconds: 10 })
 * ```
 */
export async function createRecorder(source: RecordedSource, options: RecorderOptions = {}): Promise<Recorder> {
  const { formats = clipFormats, preRollSeconds = 5, keyFrameSeconds = 1, signal } = options
  checkSeconds("preRollSeconds", preRollSeconds, 120)
  checkSeconds("keyFrameSeconds", keyFrameSeconds, 60)
  signal?.throwIfAborted()
  const stream = source instanceof MediaStream ? source : source.stream
  const [track] = stream.getVideoTracks()
  if (!track || track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  const picture = pictureOf(track)
  const format = await firstSupported(formats, picture, options.bitrate)
  signal?.throwIfAborted()
  if (!format) {
    const { openMediaRecorder } = await import("./media-recorder.ts")
    return await openMediaRecorder(track, { ...options, formats })
  }
  const settings = {
    format,
    bitrate: options.bitrate,
    frameRate: picture.frameRate,
    keyFrameSeconds,
    keepSeconds: preRollSeconds,
    maxRingBytes: options.maxRingBytes ?? 64 << 20,
  }
  const sound = options.audio === undefined || options.audio === false ? noSound : await soundFor(format, options)
  return await WebCodecsRecorder.open(track, settings, {
    createWorker: options.createWorker ?? ownWorker,
    signal,
    ...sound,
  })
}

interface Sound {
  readonly audio: RecorderAudio
  readonly sound?: RecorderSound
}

const noSound: Sound = { audio: { state: "off" } }

/** What it takes is loaded only for those who ask. */
async function soundFor({ container }: ClipFormat, options: RecorderOptions): Promise<Sound> {
  const { isSoundEncoded, openSound, soundHandle } = await import("./sound-source.ts")
  const { audio, source } = await openSound({ ...options, container, supports: isSoundEncoded })
  if (!source) return { audio }
  return { audio, sound: { handle: soundHandle(source), end: () => source.end(), stop: () => source.stop() } }
}

function ownWorker(): Worker {
  return new Worker(new URL("./record-worker.ts", import.meta.url), { type: "module" })
}

function pictureOf(track: MediaStreamTrack): { width: number; height: number; frameRate: number } {
  const { width = 1280, height = 720, frameRate = 30 } = track.getSettings()
  return { width, height, frameRate: frameRate || 30 }
}

/** `undefined` where the browser has no WebCodecs, or encodes none of them. */
async function firstSupported(
  formats: readonly ClipFormat[],
  picture: { readonly width: number; readonly height: number; readonly frameRate: number },
  bitrate: number | undefined,
): Promise<ClipFormat | undefined> {
  if (typeof VideoEncoder === "undefined" || typeof VideoFrame === "undefined") return undefined
  for (const format of formats) {
    const { supported } = await VideoEncoder.isConfigSupported(encoderConfig({ format, bitrate }, picture))
    if (supported === true) return format
  }
  return undefined
}
