import { cameraError } from "../cameras/camera-error.ts"
import { CaptureError } from "../errors.ts"
import type { LumaLayout } from "../motion/detector.ts"
import { startFfmpeg, type FfmpegProcess } from "./ffmpeg-process.ts"
import { JpegReader } from "./jpeg-reader.ts"
import { clipOf, clipTimescale, FragmentReader, type Fragment } from "./mp4-fragments.ts"
import { inputArguments, type VideoSource } from "./video-source.ts"

/** What the detector is fed with: four pixels along each of its cells. */
const luma = { width: 640, height: 360, framesPerSecond: 10 } as const

const clipFramesPerSecond = 15
const stillsPerSecond = 5
const thumbnailWidth = 320

export interface FfmpegCameraOptions {
  readonly source: VideoSource
  /** Called for each frame, ten a second; the bytes are its own. Its time is that of the clips, in microseconds. */
  readonly onLuma?: ((luma: Uint8Array, layout: LumaLayout) => void) | undefined
  /** How far back a clip may begin, in seconds. Default 10. */
  readonly keepSeconds?: number | undefined
  /** Until the first picture, in milliseconds. Default 15 000. */
  readonly startLimitMs?: number | undefined
  /** Stops the camera. */
  readonly signal?: AbortSignal | undefined
  /** Another ffmpeg than the one on the path. */
  readonly program?: string | undefined
}

/** A JPEG of the camera's own size, and a small one of the same moment. */
export interface Still {
  readonly jpeg: Uint8Array
  readonly thumbnail: Uint8Array
  /** Milliseconds since 1970, when it arrived. */
  readonly takenAt: number
}

/** A camera that one ffmpeg keeps warm. Its pictures are in memory alone: nothing touches the disk. */
export interface FfmpegCamera extends AsyncDisposable {
  /** The newest picture, at most a fifth of a second old; at once. @throws CaptureError when the camera ended */
  snapshot(): Still
  /** The time of the newest frame given to `onLuma`, in seconds from the start. */
  readonly now: number
  /**
   * An MP4 (H.264) from the last key frame at or before `from` to the first at or after `to`; waits for what is yet to
   * come, and gives what there is when the camera ends before.
   * @param options.from - Seconds from the start; half-open. No earlier than is kept.
   * @throws CaptureError when there is no picture at all; the signal's reason when it aborts
   */
  clip(options: { from: number; to: number; signal?: AbortSignal | undefined }): Promise<Uint8Array>
  /** Resolves when it stops by itself: to why, or to `undefined` at the end of a file or after `close()`. */
  readonly ended: Promise<CaptureError | undefined>
  close(): Promise<void>
}

/**
 * Opens a camera by one ffmpeg process, which feeds the detector, the ring of the last seconds, and the newest still.
 * @throws CaptureError with the codes of the browser's cameras; the signal's reason when it aborts.
 */
export async function openFfmpegCamera(options: FfmpegCameraOptions): Promise<FfmpegCamera> {
  options.signal?.throwIfAborted()
  const process = startFfmpeg(4, (output) => argumentsOf(options.source, output), options.program)
  const camera = new RunningCamera(process, options)
  try {
    await camera.firstPicture(options.startLimitMs ?? 15_000)
  } catch (error) {
    await camera.close()
    throw error
  }
  return camera
}

function argumentsOf(source: VideoSource, output: (index: number) => string): readonly string[] {
  const { width, height, framesPerSecond } = luma
  const rate = String(clipFramesPerSecond)
  const stills = ["-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe"]
  return [
    ...inputArguments(source),
    ...["-map", "0:v:0", "-vf", `fps=${framesPerSecond}:start_time=0,scale=${width}:${height}:flags=area,format=gray`],
    ...["-f", "rawvideo", "-flush_packets", "1", output(0)],
    ...["-map", "0:v:0", "-vf", `fps=${rate}:start_time=0,scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-crf", "26"],
    ...["-g", rate, "-keyint_min", rate, "-sc_threshold", "0", "-video_track_timescale", String(clipTimescale)],
    ...["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1", "-f", "mp4", output(1)],
    ...["-map", "0:v:0", "-vf", `fps=${stillsPerSecond}:start_time=0,format=yuvj420p`, ...stills, output(2)],
    ...[
      "-map",
      "0:v:0",
      "-vf",
      `fps=${stillsPerSecond}:start_time=0,scale=${thumbnailWidth}:-2,format=yuvj420p`,
      ...stills,
      output(3),
    ],
  ]
}

class RunningCamera implements FfmpegCamera {
  readonly ended: Promise<CaptureError | undefined>
  readonly #process: FfmpegProcess
  readonly #fragments: Fragment[] = []
  readonly #reader: FragmentReader
  readonly #first = Promise.withResolvers<void>()
  /** Replaced whenever a fragment comes or the camera ends. */
  #news = Promise.withResolvers<void>()
  #isOver = false
  #failure: CaptureError | undefined
  #jpeg: Uint8Array | undefined
  #thumbnail: Uint8Array | undefined
  #takenAt = 0
  #frames = 0

  constructor(process: FfmpegProcess, options: FfmpegCameraOptions) {
    const { keepSeconds = 10, onLuma, signal } = options
    this.#process = process
    this.#reader = new FragmentReader(clipFramesPerSecond, (fragment) => {
      this.#fragments.push(fragment)
      while (this.#fragments.length > 1 && this.#fragments[0]!.to < fragment.to - keepSeconds - 1)
        this.#fragments.shift()
      this.#wake()
    })
    const [frames, clips, stills, thumbnails] = process.outputs
    frames!.on("data", this.#frameSplitter(onLuma))
    clips!.on("data", (bytes: Uint8Array) => this.#guard(() => this.#reader.push(bytes)))
    const stillReader = new JpegReader((jpeg) => {
      this.#jpeg = jpeg
      this.#takenAt = Date.now()
      this.#checkFirst()
    })
    const thumbnailReader = new JpegReader((jpeg) => {
      this.#thumbnail = jpeg
      this.#checkFirst()
    })
    stills!.on("data", (bytes: Uint8Array) => stillReader.push(bytes))
    thumbnails!.on("data", (bytes: Uint8Array) => thumbnailReader.push(bytes))
    const stop = () => void this.close()
    signal?.addEventListener("abort", stop, { once: true })
    this.ended = process.ended.then((reason) => {
      signal?.removeEventListener("abort", stop)
      this.#isOver = true
      this.#failure ??= reason
      if (signal?.aborted) this.#first.reject(signal.reason)
      else this.#first.reject(this.#failure ?? cameraError("CAPTURE_ENDED"))
      this.#wake()
      return this.#failure
    })
    // Whoever waits for the first picture hears of it; later nobody does.
    this.#first.promise.catch(() => undefined)
  }

  get now(): number {
    return this.#frames / luma.framesPerSecond
  }

  async firstPicture(limitMs: number): Promise<void> {
    const limit = setTimeout(
      () => this.#first.reject(cameraError("CAPTURE_BUSY", { cause: new Error("no picture in time") })),
      limitMs,
    )
    try {
      await this.#first.promise
    } finally {
      clearTimeout(limit)
    }
  }

  snapshot(): Still {
    if (this.#failure) throw this.#failure
    if (!this.#jpeg || !this.#thumbnail) throw cameraError("CAPTURE_ENDED")
    return { jpeg: this.#jpeg.slice(), thumbnail: this.#thumbnail.slice(), takenAt: this.#takenAt }
  }

  async clip({
    from,
    to,
    signal,
  }: {
    from: number
    to: number
    signal?: AbortSignal | undefined
  }): Promise<Uint8Array> {
    const aborted = Promise.withResolvers<never>()
    aborted.promise.catch(() => undefined)
    const abort = () => aborted.reject(signal?.reason)
    signal?.throwIfAborted()
    signal?.addEventListener("abort", abort, { once: true })
    // Kept apart from the ring, which may forget the beginning before the end has come.
    const kept: Fragment[] = []
    try {
      for (;;) {
        const known = kept.at(-1)?.to ?? Number.NEGATIVE_INFINITY
        kept.push(...this.#fragments.filter((fragment) => fragment.to > Math.max(from, known) && fragment.from < to))
        if (this.#isOver || (this.#fragments.at(-1)?.to ?? 0) >= to) break
        await Promise.race([this.#news.promise, aborted.promise])
      }
    } finally {
      signal?.removeEventListener("abort", abort)
    }
    if (kept.length === 0) throw this.#failure ?? cameraError("CAPTURE_ENDED")
    return clipOf(this.#reader.head, kept)
  }

  async close(): Promise<void> {
    await this.#process.stop()
    await this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #frameSplitter(onLuma: FfmpegCameraOptions["onLuma"]): (bytes: Uint8Array) => void {
    const { width, height, framesPerSecond } = luma
    let frame = new Uint8Array(width * height)
    let filled = 0
    return (bytes) => {
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + frame.length - filled)
        frame.set(piece, filled)
        at += piece.length
        filled += piece.length
        if (filled < frame.length) continue
        const timestamp = Math.round((this.#frames * 1e6) / framesPerSecond)
        this.#frames++
        onLuma?.(frame, { width, height, timestamp })
        frame = new Uint8Array(width * height)
        filled = 0
      }
    }
  }

  /** What is no video ends the camera: the pipe has no other way to say so. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      this.#failure ??= error
      void this.close()
    }
  }

  #checkFirst(): void {
    if (this.#jpeg && this.#thumbnail) this.#first.resolve()
  }

  #wake(): void {
    const { resolve } = this.#news
    this.#news = Promise.withResolvers()
    resolve()
  }
}
