import { cameraError } from "../cameras/camera-error.ts"
import { CaptureError } from "../errors.ts"
import { openFrameSource } from "../frames/frame-source.ts"
import { mediaTypeOf } from "./clip-format.ts"
import type { FromWorker, MadeFile, RingSettings, ToWorker } from "./recorder-messages.ts"
import type { Clip, ClipOptions, Recorder, RecorderAudio, RecorderCapabilities, RecordOptions } from "./recorder.ts"
import { RunningRecording } from "./running-recording.ts"
import type { SoundHandle, SoundSource } from "./sound-source.ts"

/** A camera that gives no frame within this time has stopped. */
const firstFrameMs = 10_000

/** How long a worker may take to read what is on its way at the end. */
const mostDrainMs = 2000

export interface WebCodecsOptions {
  readonly createWorker: () => Worker
  readonly signal: AbortSignal | undefined
  readonly audio: RecorderAudio
  /** Absent: no sound. */
  readonly sound?: RecorderSound
}

export type RecorderSound = Pick<SoundSource, "end" | "stop"> & { readonly handle: SoundHandle }

/** Records by WebCodecs in a worker; see `RingRecorder`. */
export class WebCodecsRecorder implements Recorder {
  readonly capabilities: RecorderCapabilities
  readonly #settings: RingSettings
  readonly #worker: Worker
  readonly #stopSource: () => void
  readonly #sound: RecorderSound | undefined
  readonly #recordings = new Map<string, { readonly recording: RunningRecording; readonly options: RecordOptions }>()
  readonly #ready = Promise.withResolvers<void>()
  #size = { width: 0, height: 0 }
  #failure: CaptureError | undefined

  /** Resolves once the first frame is encoded. */
  static async open(
    track: MediaStreamTrack,
    settings: RingSettings,
    options: WebCodecsOptions,
  ): Promise<WebCodecsRecorder> {
    const recorder = new WebCodecsRecorder(track, settings, options)
    const { signal } = options
    const limit = setTimeout(() => recorder.#fail(cameraError("CAPTURE_ENDED")), firstFrameMs)
    const abort = () => recorder.#ready.reject(signal?.reason)
    signal?.addEventListener("abort", abort, { once: true })
    try {
      await recorder.#ready.promise
      return recorder
    } catch (error) {
      await recorder.close()
      throw error
    } finally {
      clearTimeout(limit)
      signal?.removeEventListener("abort", abort)
    }
  }

  private constructor(track: MediaStreamTrack, settings: RingSettings, options: WebCodecsOptions) {
    const worker = options.createWorker()
    const { audio, sound } = options
    this.#settings = settings
    this.#sound = sound
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data)
    worker.onerror = (event) => this.#fail(recordingFailed(event.message))
    const source = openFrameSource(track)
    this.#stopSource = () => source.stop()
    const { format } = settings
    const { kind } = source.handle
    this.capabilities = {
      method: "webcodecs",
      format,
      preRoll: true,
      segments: true,
      dropCount: true,
      frames: kind,
      audio,
    }
    const transfer = sound ? [...source.transfer, sound.handle.readable] : source.transfer
    this.#tell({ type: "start", ...settings, frames: source.handle, sound: sound?.handle }, transfer)
  }

  record(options: RecordOptions = {}): RunningRecording {
    options.signal?.throwIfAborted()
    const { preRollSeconds = 0, maxSeconds = 600, maxBytes = 256 << 20, segmentSeconds } = options
    checkSeconds("preRollSeconds", preRollSeconds, this.#settings.keepSeconds)
    checkSeconds("maxSeconds", maxSeconds, 86_400)
    if (segmentSeconds !== undefined) checkSeconds("segmentSeconds", segmentSeconds, 3600)
    const recording: RunningRecording = new RunningRecording(options, {
      stop: () => this.#tell({ type: "stop", id: recording.id }),
      discard: () => {
        this.#recordings.delete(recording.id)
        this.#tell({ type: "discard", id: recording.id })
      },
    })
    if (this.#failure) {
      recording.fail(this.#failure)
      return recording
    }
    const { id, triggeredAt } = recording
    this.#recordings.set(id, { recording, options })
    const startAt = triggeredAt - preRollSeconds * 1000
    this.#tell({ type: "record", id, startAt, triggeredAt, maxSeconds, maxBytes, segmentSeconds })
    return recording
  }

  async clip({ seconds, ...options }: ClipOptions): Promise<Clip> {
    return await this.record({ ...options, maxSeconds: seconds }).done
  }

  async close(): Promise<void> {
    for (const { recording } of this.#recordings.values())
      recording.giveUp(new DOMException("The recorder was closed", "AbortError"))
    this.#failure ??= recordingFailed("the recorder was closed")
    this.#stopSource()
    this.#sound?.stop()
    this.#tell({ type: "close" })
    // It ends by itself once it has read what was on its way, if it is well.
    setTimeout(() => this.#worker.terminate(), mostDrainMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        this.#size = { width: message.width, height: message.height }
        return this.#ready.resolve()
      case "ended":
        return this.#fail(cameraError("CAPTURE_ENDED"))
      case "failed":
        return this.#hearFailure(message)
      case "sound-ended":
        return this.#sound?.end()
      default:
        return this.#hearOf(message)
    }
  }

  #hearFailure({ id, message }: Extract<FromWorker, { type: "failed" }>): void {
    if (id === undefined) return this.#fail(recordingFailed(message))
    this.#recordings.get(id)?.recording.fail(recordingFailed(message))
    this.#recordings.delete(id)
  }

  #hearOf(message: Extract<FromWorker, { id: string }> & { type: "progress" | "segment" | "clip" }): void {
    const running = this.#recordings.get(message.id)
    if (!running) return
    const { recording, options } = running
    switch (message.type) {
      case "progress":
        return options.onProgress?.({ seconds: message.seconds, bytes: message.bytes, frames: message.frames })
      case "segment": {
        const clip = { id: recording.id, index: message.index, last: message.isLast }
        return recording.hand({ ...this.#fileOf(fileIn(message)), clip })
      }
      case "clip": {
        const file = this.#fileOf(fileIn(message))
        this.#recordings.delete(message.id)
        const preRollSeconds = Math.max(0, (recording.triggeredAt - file.startedAt) / 1000)
        return recording.finish({ ...file, preRollSeconds, endedBy: message.endedBy })
      }
    }
  }

  #fileOf(made: MadeFile): Omit<Clip, "preRollSeconds" | "endedBy"> {
    const { format } = this.#settings
    const { bytes, ...facts } = made
    return { ...facts, blob: new Blob([bytes], { type: mediaTypeOf(format) }), format, ...this.#size }
  }

  /** All that runs fails, and all that comes. */
  #fail(error: CaptureError): void {
    this.#failure ??= error
    this.#stopSource()
    this.#sound?.stop()
    this.#ready.reject(error)
    for (const { recording } of this.#recordings.values()) recording.fail(error)
    this.#recordings.clear()
  }
}

function fileIn(message: MadeFile): MadeFile {
  const { bytes, startedAt, durationSeconds, frames, dropped, missed, longestGapSeconds, audio, thumbnail } = message
  return { bytes, startedAt, durationSeconds, frames, dropped, missed, longestGapSeconds, audio, thumbnail }
}

export function recordingFailed(what: string, cause?: unknown): CaptureError {
  return new CaptureError("CAPTURE_RECORDING_FAILED", `Cannot record: ${what}`, {
    cause,
    hint: "Try again, with a smaller picture if it stays.",
  })
}

export function checkSeconds(name: string, value: number, max: number): void {
  if (!(value >= 0 && value <= max)) throw new RangeError(`${name} must be from 0 to ${max}`)
}
