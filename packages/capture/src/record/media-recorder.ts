import { cameraError } from "../cameras/camera-error.ts"
import { mediaTypeOf, type ClipFormat } from "./clip-format.ts"
import { clipThumbnail } from "./clip-thumbnail.ts"
import type {
  Clip,
  ClipOptions,
  Recorder,
  RecorderAudio,
  RecorderCapabilities,
  RecorderOptions,
  RecordOptions,
} from "./recorder.ts"
import { RunningRecording } from "./running-recording.ts"
import { soundCodecString, type SoundCodec } from "./sound-codec.ts"
import type { SoundSource } from "./sound-source.ts"
import type { EndedBy } from "./take.ts"
import { recordingFailed } from "./webcodecs-recorder.ts"

/** RFC 6381 names, as `MediaRecorder.isTypeSupported` wants them. */
const codecNames: Readonly<Record<ClipFormat["codec"], string>> = { avc: "avc1", vp8: "vp8", vp9: "vp9", av1: "av01" }

/**
 * The browser's own recorder, where there is no WebCodecs. It begins when it is asked, and gives everything at the end;
 * what it gives has no duration and no index, so it is written anew.
 * @throws CaptureError `CAPTURE_UNSUPPORTED` when it writes none of the formats.
 */
export async function openMediaRecorder(
  track: MediaStreamTrack,
  options: RecorderOptions & { readonly formats: readonly ClipFormat[] },
): Promise<Recorder> {
  if (typeof MediaRecorder === "undefined") throw cameraError("CAPTURE_UNSUPPORTED")
  const format = options.formats.find((each) => MediaRecorder.isTypeSupported(typeOf(each)))
  if (!format) throw cameraError("CAPTURE_UNSUPPORTED")
  if (options.audio === undefined || options.audio === false)
    return new MediaRecorderRecorder(track, format, { bitrate: options.bitrate, audio: { state: "off" } })
  const { openSound } = await import("./sound-source.ts")
  const supports = (codec: SoundCodec): boolean => MediaRecorder.isTypeSupported(typeOf(format, codec))
  const { audio, source } = await openSound({ ...options, container: format.container, supports })
  return new MediaRecorderRecorder(track, format, { bitrate: options.bitrate, audio, sound: source })
}

function typeOf(format: ClipFormat, sound?: SoundCodec): string {
  const picture = `${mediaTypeOf(format)};codecs=${codecNames[format.codec]}`
  return sound === undefined ? picture : `${picture},${soundCodecString(sound)}`
}

interface MediaRecorderSettings {
  readonly bitrate: number | undefined
  readonly audio: RecorderAudio
  readonly sound?: SoundSource | undefined
}

class MediaRecorderRecorder implements Recorder {
  readonly capabilities: RecorderCapabilities
  readonly #track: MediaStreamTrack
  readonly #format: ClipFormat
  readonly #settings: MediaRecorderSettings
  readonly #recordings = new Set<RunningRecording>()

  constructor(track: MediaStreamTrack, format: ClipFormat, settings: MediaRecorderSettings) {
    this.#track = track
    this.#format = format
    this.#settings = settings
    const lacks = { preRoll: false, segments: false, dropCount: false, frames: undefined, audio: settings.audio }
    this.capabilities = { method: "media-recorder", format, ...lacks }
  }

  record(options: RecordOptions = {}): RunningRecording {
    options.signal?.throwIfAborted()
    if (this.#track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
    const { maxSeconds = 600, maxBytes = 256 << 20 } = options
    const { bitrate, sound } = this.#settings
    // A track that ended is one that the browser's recorder refuses.
    const heard = sound?.track.readyState === "live" ? sound : undefined
    const media = new MediaRecorder(new MediaStream([this.#track, ...(heard ? [heard.track] : [])]), {
      mimeType: typeOf(this.#format, heard?.codec),
      ...(bitrate === undefined ? {} : { videoBitsPerSecond: bitrate }),
    })
    let endedBy: EndedBy = "camera"
    const end = (by: EndedBy) => {
      endedBy = by
      if (media.state !== "inactive") media.stop()
    }
    const recording = new RunningRecording(options, { stop: () => end("stop"), discard: () => end("stop") })
    this.#recordings.add(recording)
    const parts: Blob[] = []
    media.ondataavailable = ({ data }) => {
      parts.push(data)
      const bytes = parts.reduce((sum, part) => sum + part.size, 0)
      const seconds = (performance.timeOrigin + performance.now() - recording.triggeredAt) / 1000
      options.onProgress?.({ bytes, seconds, frames: 0 })
      if (bytes > maxBytes && media.state === "recording") end("max-bytes")
      // With sound, the browser's recorder would go on when the camera stops.
      else if (this.#track.readyState === "ended") end("camera")
    }
    media.onerror = () => recording.fail(recordingFailed("the browser's recorder gave up"))
    media.onstop = () => {
      clearTimeout(limit)
      this.#recordings.delete(recording)
      void this.#finish(recording, new Blob(parts), { endedBy: () => endedBy, sound: heard?.codec })
    }
    const limit = setTimeout(() => end("max-seconds"), maxSeconds * 1000)
    media.start(1000)
    return recording
  }

  async clip({ seconds, ...options }: ClipOptions): Promise<Clip> {
    return await this.record({ ...options, maxSeconds: seconds }).done
  }

  async close(): Promise<void> {
    this.#settings.sound?.stop()
    for (const recording of this.#recordings)
      recording.giveUp(new DOMException("The recorder was closed", "AbortError"))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #finish(
    recording: RunningRecording,
    raw: Blob,
    { endedBy, sound }: { readonly endedBy: () => EndedBy; readonly sound: SoundCodec | undefined },
  ): Promise<void> {
    try {
      const { joinFiles } = await import("./join-files.ts")
      const { bytes, width, height, durationSeconds, frames } = await joinFiles([raw], this.#format.container)
      const blob = new Blob([bytes], { type: mediaTypeOf(this.#format) })
      recording.finish({
        ...{ blob, format: this.#format, width, height, durationSeconds, frames },
        ...{ dropped: undefined, missed: undefined, longestGapSeconds: undefined, preRollSeconds: 0 },
        audio: sound === undefined ? undefined : { codec: sound, missingSeconds: undefined },
        startedAt: recording.triggeredAt,
        thumbnail: await clipThumbnail(blob),
        endedBy: endedBy(),
      })
    } catch (error) {
      recording.fail(recordingFailed("the browser's recorder gave no video", error))
    }
  }
}
