import { cameraError } from "../camera-error.ts"
import { mediaTypeOf, type ClipFormat } from "./clip-format.ts"
import { clipThumbnail } from "./clip-thumbnail.ts"
import type { Clip, ClipOptions, Recorder, RecorderCapabilities, RecordOptions } from "./recorder.ts"
import { RunningRecording } from "./running-recording.ts"
import type { EndedBy } from "./take.ts"
import { recordingFailed } from "./webcodecs-recorder.ts"

/** RFC 6381 names, as `MediaRecorder.isTypeSupported` wants them. */
const codecNames: Readonly<Record<ClipFormat["codec"], string>> = { avc: "avc1", vp8: "vp8", vp9: "vp9", av1: "av01" }

/**
 * The browser's own recorder, where there is no WebCodecs. It begins when it is asked, and gives everything at the end;
 * what it gives has no duration and no index, so it is written anew.
 * @throws CaptureError `CAPTURE_UNSUPPORTED` when it writes none of the formats.
 */
export function openMediaRecorder(
  track: MediaStreamTrack,
  options: { readonly formats: readonly ClipFormat[]; readonly bitrate: number | undefined },
): Recorder {
  if (typeof MediaRecorder === "undefined") throw cameraError("CAPTURE_UNSUPPORTED")
  const format = options.formats.find((each) => MediaRecorder.isTypeSupported(typeOf(each)))
  if (!format) throw cameraError("CAPTURE_UNSUPPORTED")
  return new MediaRecorderRecorder(track, format, options.bitrate)
}

function typeOf(format: ClipFormat): string {
  return `${mediaTypeOf(format)};codecs=${codecNames[format.codec]}`
}

class MediaRecorderRecorder implements Recorder {
  readonly capabilities: RecorderCapabilities
  readonly #track: MediaStreamTrack
  readonly #format: ClipFormat
  readonly #bitrate: number | undefined
  readonly #recordings = new Set<RunningRecording>()

  constructor(track: MediaStreamTrack, format: ClipFormat, bitrate: number | undefined) {
    this.#track = track
    this.#format = format
    this.#bitrate = bitrate
    const lacks = { preRoll: false, segments: false, dropCount: false, frames: undefined }
    this.capabilities = { method: "media-recorder", format, ...lacks }
  }

  record(options: RecordOptions = {}): RunningRecording {
    options.signal?.throwIfAborted()
    if (this.#track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
    const { maxSeconds = 600, maxBytes = 256 << 20 } = options
    const media = new MediaRecorder(new MediaStream([this.#track]), {
      mimeType: typeOf(this.#format),
      ...(this.#bitrate === undefined ? {} : { videoBitsPerSecond: this.#bitrate }),
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
    }
    media.onerror = () => recording.fail(recordingFailed("the browser's recorder gave up"))
    media.onstop = () => {
      clearTimeout(limit)
      this.#recordings.delete(recording)
      void this.#finish(recording, new Blob(parts), () => endedBy)
    }
    const limit = setTimeout(() => end("max-seconds"), maxSeconds * 1000)
    media.start(1000)
    return recording
  }

  async clip({ seconds, ...options }: ClipOptions): Promise<Clip> {
    return await this.record({ ...options, maxSeconds: seconds }).done
  }

  async close(): Promise<void> {
    for (const recording of this.#recordings)
      recording.giveUp(new DOMException("The recorder was closed", "AbortError"))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #finish(recording: RunningRecording, raw: Blob, endedBy: () => EndedBy): Promise<void> {
    try {
      const { joinFiles } = await import("./join-files.ts")
      const { bytes, width, height, durationSeconds, frames } = await joinFiles([raw], this.#format.container)
      const blob = new Blob([bytes], { type: mediaTypeOf(this.#format) })
      recording.finish({
        ...{ blob, format: this.#format, width, height, durationSeconds, frames },
        ...{ dropped: undefined, missed: undefined, longestGapSeconds: undefined, preRollSeconds: 0 },
        startedAt: recording.triggeredAt,
        thumbnail: await clipThumbnail(blob),
        endedBy: endedBy(),
      })
    } catch (error) {
      recording.fail(recordingFailed("the browser's recorder gave no video", error))
    }
  }
}
