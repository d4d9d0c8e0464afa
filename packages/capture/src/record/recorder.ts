import type { CaptureError } from "../errors.ts"
import type { FrameSourceKind } from "../frames/frame-source.ts"
import type { ClipFormat } from "./clip-format.ts"
import type { TakeProgress } from "./recorder-messages.ts"
import type { SoundCodec } from "./sound-codec.ts"
import type { EndedBy } from "./take.ts"

/** What this recorder can do, by what the browser has. Nothing else changes: each lack is said here, once. */
export interface RecorderCapabilities {
  /** `webcodecs`: all of it. `media-recorder`: the browser's own recorder, where WebCodecs is absent. */
  readonly method: "webcodecs" | "media-recorder"
  readonly format: ClipFormat
  /** Whether a recording can begin before it was asked for. */
  readonly preRoll: boolean
  /** Whether segments are handed out while it records. Without them a killed tab loses all of it. */
  readonly segments: boolean
  /** Whether frames that were lost are counted. */
  readonly dropCount: boolean
  /** How frames come; `undefined` for `media-recorder`. `port` stands still while the page is hidden. */
  readonly frames: FrameSourceKind | undefined
  /** Whether clips have sound. */
  readonly audio: RecorderAudio
}

/**
 * `off`: nobody asked for sound, and no microphone was asked for. `on`: clips have it. `refused`: it was asked for and
 * cannot be had, and the pictures are recorded without; the error speaks of the microphone and has a `hint`.
 */
export type RecorderAudio =
  | { readonly state: "off" }
  | { readonly state: "on"; readonly codec: SoundCodec; readonly label: string }
  | { readonly state: "refused"; readonly error: CaptureError }

/** `muted`: the system, or a switch, silences it for now. `ended`: for good. */
export type MicrophoneState = "live" | "muted" | "ended"

/** The sound of a clip. */
export interface ClipAudio {
  readonly codec: SoundCodec
  /**
   * Of the clip, while the microphone gave nothing: it came later, was lost, or ended. Silence that it gave counts as
   * sound. `undefined` where nobody counts.
   */
  readonly missingSeconds: number | undefined
}

export interface RecorderOptions {
  /** Tried in this order; the first that the browser encodes is taken. Default: all, avc in MP4 first. */
  readonly formats?: readonly ClipFormat[] | undefined
  /** How many seconds are kept for recordings that begin in the past (default 5; 0 to 120). */
  readonly preRollSeconds?: number | undefined
  /** What the kept pictures may take (default 64 MiB). */
  readonly maxRingBytes?: number | undefined
  /** Default 1. Pre-roll and segments begin at a key frame. */
  readonly keyFrameSeconds?: number | undefined
  /** Bits a second; default by picture size and rate. */
  readonly bitrate?: number | undefined
  /**
   * Sound (default `false`). `true` or constraints open a microphone, for which the browser may ask the person, and which
   * the recorder closes; a track stays its owner's. Where there is none, or the person says no, pictures are recorded
   * without, and `capabilities.audio` says why.
   */
  readonly audio?: boolean | MediaTrackConstraints | MediaStreamTrack | undefined
  /** Told when the microphone falls silent, speaks again, or ends; pictures go on. */
  readonly onMicrophone?: ((state: MicrophoneState) => void) | undefined
  /** Makes a worker that calls `serveRecorder`, for pages whose policy or bundler wants a say. */
  readonly createWorker?: (() => Worker) | undefined
  /** Ends the opening only; `close` ends the recorder. */
  readonly signal?: AbortSignal | undefined
}

export interface RecordOptions {
  /** How many seconds before now it begins, at least, as far as they were kept (default 0). */
  readonly preRollSeconds?: number | undefined
  /** After now (default 600). The recording then ends by itself. */
  readonly maxSeconds?: number | undefined
  /** Of all pictures, in memory (default 256 MiB); sound takes 6 kB a second beside. The recording then ends by itself. */
  readonly maxBytes?: number | undefined
  /** Hands out a segment about this often, each a file of its own. Absent: no segments. */
  readonly segmentSeconds?: number | undefined
  /** Told at each key frame. */
  readonly onProgress?: ((progress: TakeProgress) => void) | undefined
  /** Gives the recording up: nothing of it is kept, and `done` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A finite video file that can be seeked, and the truth about it. */
export interface Clip {
  /** Its type is `video/mp4` or `video/webm`. */
  readonly blob: Blob
  readonly format: ClipFormat
  /** In pixels. */
  readonly width: number
  readonly height: number
  readonly durationSeconds: number
  /** `undefined` where the browser's own recorder does not count. */
  readonly frames: number | undefined
  /** Frames that the encoder could not take. `undefined` where nobody counts. */
  readonly dropped: number | undefined
  /** Frames that never reached the encoder, judged by how long others stand: an estimate. `undefined` as `dropped`. */
  readonly missed: number | undefined
  /** The longest time that one frame stands: a camera or browser that stuttered shows here. */
  readonly longestGapSeconds: number | undefined
  /** `undefined`: no sound. */
  readonly audio: ClipAudio | undefined
  /** How long before it was asked for it really begins. */
  readonly preRollSeconds: number
  /** When its first frame arrived, in milliseconds since 1970. */
  readonly startedAt: number
  /** A JPEG of the first frame after the start; `undefined` where pixels cannot be read. */
  readonly thumbnail: Blob | undefined
  readonly endedBy: EndedBy
}

/** A part of a recording, as playable as the whole. */
export interface Segment extends Omit<Clip, "preRollSeconds" | "endedBy"> {
  /** For the capture's record: which recording, which place from 0, and whether it is the last. */
  readonly clip: { readonly id: string; readonly index: number; readonly last: boolean }
}

/** A recording that goes on. Disposing one that was not stopped gives it up. */
export interface Recording extends AsyncDisposable {
  /** 16 random bytes in base64url: what its segments have in common. */
  readonly id: string
  /**
   * Segments as they are made; ends with the recording. One reader; what is not read waits in memory. Throws what
   * `done` rejects with.
   */
  readonly segments: AsyncIterable<Segment>
  /**
   * The whole, once it was stopped or ended by itself.
   * Rejects with CaptureError `CAPTURE_RECORDING_FAILED`, or the signal's reason.
   */
  readonly done: Promise<Clip>
  /** Ends it with the newest frame. */
  stop(): Promise<Clip>
}

/** Records from one camera. Several recordings may run at once: they share what is encoded. */
export interface Recorder extends AsyncDisposable {
  readonly capabilities: RecorderCapabilities
  /** Begins now, or `preRollSeconds` ago. */
  record(options?: RecordOptions): Recording
  /**
   * One clip around now: from `preRollSeconds` ago to `seconds` from now.
   * @throws CaptureError `CAPTURE_RECORDING_FAILED`; the signal's reason when it aborts.
   */
  clip(options: ClipOptions): Promise<Clip>
  /** Gives up what still records, and the worker. The camera stays its owner's. */
  close(): Promise<void>
}

export interface ClipOptions extends Omit<RecordOptions, "maxSeconds" | "segmentSeconds"> {
  /** After now. */
  readonly seconds: number
}
