import { parseRecipient } from "@darkslide/crypto"
import { setTimeout as sleep } from "node:timers/promises"
import type { CaptureDevice } from "../../sealed/device.ts"
import { CaptureError } from "../../errors.ts"
import { createMotionDetector } from "../../motion/detector.ts"
import { sealCapture, type CaptureInput } from "../../sealed/seal-capture.ts"
import { openFfmpegCamera, type FfmpegCamera } from "../open-ffmpeg-camera.ts"
import type { SentinelConfiguration } from "./configuration.ts"
import { Delivery } from "./deliver.ts"
import { DeliveryLoop } from "./delivery-loop.ts"
import { openDeviceKey } from "./device-key.ts"
import { DiskQueue } from "./disk-queue.ts"
import { lockFolder } from "./instance-lock.ts"
import type { Log } from "./log.ts"
import { SentinelError } from "./sentinel-error.ts"
import { listenForTriggers, type Trigger } from "./triggers.ts"

/** Longest wait before a camera that failed is opened again, in milliseconds. */
const longestReopenMs = 60_000

export interface SentinelOptions {
  readonly log: Log
  /** Ends it: what is sealed stays queued. */
  readonly signal: AbortSignal
}

/**
 * Watches until the signal aborts, or a file that is its camera ends and everything is delivered.
 * @throws SentinelError `folder`
 */
export async function runSentinel(configuration: SentinelConfiguration, options: SentinelOptions): Promise<void> {
  await using sentinel = await Sentinel.open(configuration, options)
  await sentinel.watch()
}

/**
 * Takes one still and one clip now, and tries once to deliver them and what waits.
 * @throws SentinelError `folder`, `camera`, `refused`, `undelivered`
 */
export async function captureOnce(configuration: SentinelConfiguration, options: SentinelOptions): Promise<void> {
  await using sentinel = await Sentinel.open(configuration, options)
  await sentinel.once()
}

/**
 * Opens the camera, the queue and a session, and takes nothing.
 * @throws SentinelError `folder`, `camera`, `refused`, `undelivered` when the server is not reached
 */
export async function checkSentinel(configuration: SentinelConfiguration, options: SentinelOptions): Promise<void> {
  await using sentinel = await Sentinel.open(configuration, options)
  await sentinel.check()
}

class Sentinel implements AsyncDisposable {
  readonly #configuration: SentinelConfiguration
  readonly #options: SentinelOptions
  readonly #device: CaptureDevice
  readonly #queue: DiskQueue
  readonly #delivery: Delivery
  readonly #loop: DeliveryLoop
  readonly #lock: AsyncDisposable
  /** Captures are sealed one after the other: each names the one before. */
  #sealing: Promise<void> = Promise.resolve()
  readonly #taking = new Set<Promise<void>>()
  #quietUntil = 0
  #camera: FfmpegCamera | undefined

  private constructor(
    configuration: SentinelConfiguration,
    options: SentinelOptions,
    parts: { device: CaptureDevice; queue: DiskQueue; lock: AsyncDisposable },
  ) {
    this.#configuration = configuration
    this.#options = options
    this.#device = parts.device
    this.#queue = parts.queue
    this.#lock = parts.lock
    this.#delivery = new Delivery(configuration.server, parts.device, parts.queue)
    this.#loop = new DeliveryLoop(parts.queue, this.#delivery, options.log)
  }

  static async open(configuration: SentinelConfiguration, options: SentinelOptions): Promise<Sentinel> {
    const { folder, account, queue } = configuration
    const { device, publicKey } = await openDeviceKey(folder, account.id)
    const lock = await lockFolder(folder)
    options.log("device", { deviceId: device.deviceId, publicKey })
    return new Sentinel(configuration, options, { device, lock, queue: await DiskQueue.open(folder, queue.maxBytes) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#camera?.close()
    await this.#lock[Symbol.asyncDispose]()
  }

  async check(): Promise<void> {
    await this.#openForOnce()
    await this.#orSentinelError(this.#delivery.check(this.#options.signal))
  }

  async once(): Promise<void> {
    const camera = await this.#openForOnce()
    await this.#take(camera, { type: "once", at: Date.now() })
    await this.#orSentinelError(this.#loop.once(this.#options.signal))
  }

  async watch(): Promise<void> {
    const { triggers } = this.#configuration
    const stop = new AbortController()
    const signal = AbortSignal.any([this.#options.signal, stop.signal])
    const delivering = this.#loop.run(signal)
    // A disk that fails ends the watch; the loop has no other way to be heard.
    delivering.catch(() => stop.abort())
    const socket = triggers && (await this.#listen(triggers.socket))
    try {
      await this.#watchCameras(signal)
      await Promise.all(this.#taking)
    } finally {
      await socket?.[Symbol.asyncDispose]()
      stop.abort()
      await delivering
    }
    if (!this.#options.signal.aborted) await this.#loop.run(this.#options.signal, { untilEmpty: true })
  }

  /** Keeps the camera open; a file is watched once. */
  async #watchCameras(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        const camera = await this.#openCamera(signal)
        failures = 0
        const reason = await camera.ended
        this.#camera = undefined
        if (!reason && this.#configuration.source.kind === "file") return
        if (!signal.aborted) this.#options.log("camera ended", { code: reason?.code })
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof CaptureError)) throw error
        this.#options.log("camera failed", { code: error.code, message: error.message })
      }
      failures++
      await sleep(Math.random() * Math.min(longestReopenMs, 1000 * 2 ** failures), undefined, { signal }).catch(
        (error: unknown) => {
          // Stopped while waiting: the loop sees it.
          if (!signal.aborted) throw error
        },
      )
    }
  }

  async #openCamera(signal: AbortSignal): Promise<FfmpegCamera> {
    const { source, motion, clip } = this.#configuration
    const detector = createMotionDetector({ sensitivity: motion.sensitivity, zones: motion.zones })
    const camera = await openFfmpegCamera({
      source,
      signal,
      keepSeconds: clip.beforeSeconds + 5,
      onLuma: (luma, layout) => {
        if (!motion.enabled || !detector.push(luma, layout).motion) return
        if (this.#camera) this.#trigger({ type: "motion", at: Date.now() })
      },
    })
    this.#camera = camera
    this.#options.log("watching")
    return camera
  }

  async #openForOnce(): Promise<FfmpegCamera> {
    this.#quietUntil = Number.POSITIVE_INFINITY
    try {
      return await this.#openCamera(this.#options.signal)
    } catch (cause) {
      if (!(cause instanceof CaptureError)) throw cause
      throw new SentinelError("camera", `${cause.message} (${cause.code})`, { cause })
    }
  }

  async #listen(path: string): Promise<AsyncDisposable> {
    return await listenForTriggers(path, {
      onTrigger: (trigger) => this.#trigger(trigger),
      onRefused: (why) => this.#options.log("trigger refused", { why }),
    })
  }

  #trigger(trigger: Trigger): void {
    const camera = this.#camera
    if (!camera) return this.#options.log("trigger missed", { type: trigger.type })
    // By the camera's own time, which is also that of a file that is read faster than it was recorded.
    if (camera.now < this.#quietUntil) return
    this.#quietUntil = camera.now + this.#configuration.motion.quietSeconds
    const taking = this.#take(camera, trigger)
      .catch((error: unknown) => {
        if (this.#options.signal.aborted) return
        const message = error instanceof Error ? error.message : "unknown"
        this.#options.log("capture failed", { type: trigger.type, message })
      })
      .finally(() => this.#taking.delete(taking))
    this.#taking.add(taking)
  }

  /** A still at once, and the clip around it when it is complete. */
  async #take(camera: FfmpegCamera, trigger: Trigger): Promise<void> {
    const { beforeSeconds, afterSeconds } = this.#configuration.clip
    const details = { trigger }
    const still = camera.snapshot()
    const { thumbnail, takenAt: createdAt } = still
    const { now } = camera
    const clip = camera.clip({
      from: Math.max(0, now - beforeSeconds),
      to: now + afterSeconds,
      signal: this.#options.signal,
    })
    const photo = this.#seal({
      media: still.jpeg,
      mediaType: "image/jpeg",
      kind: "photo",
      createdAt,
      thumbnail,
      details,
    })
    await Promise.all([
      photo,
      clip.then((media) => this.#seal({ media, mediaType: "video/mp4", kind: "clip", createdAt, thumbnail, details })),
    ])
  }

  async #seal(input: CaptureInput): Promise<void> {
    const sealing = this.#sealing.then(() => this.#sealNext(input))
    // The next capture is sealed whatever became of this one.
    this.#sealing = sealing.catch(() => undefined)
    await sealing
  }

  async #sealNext(input: CaptureInput): Promise<void> {
    const { log, signal } = this.#options
    if (await this.#queue.isFull(input.media.length)) return log("queue full", { kind: input.kind })
    const { account } = this.#configuration
    const owner = parseRecipient(account.owner)
    const to = [owner, ...account.recipients.map(parseRecipient)]
    const { position } = this.#queue
    const sealed = await sealCapture(input, { to, owner, device: this.#device, position, signal })
    log("sealed", { seq: await this.#queue.add(sealed), kind: input.kind, bytes: input.media.length })
    this.#loop.wake()
  }

  async #orSentinelError(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (cause) {
      if (!(cause instanceof CaptureError)) throw cause
      const reason = cause.code === "CAPTURE_UPLOAD_REJECTED" ? "refused" : "undelivered"
      throw new SentinelError(reason, `${cause.message}${cause.problem ? ` (${cause.problem})` : ""}`, { cause })
    }
  }
}
