import type { MediaAccess } from "@darkslide/capture"
import { trustedScript } from "../trusted-script.ts"
import { clipAddress, type ClipKey, type ToPage, type ToServiceWorker } from "./clip-messages.ts"
import { PlaybackError } from "./playback-error.ts"

/** A service worker that does not take over in this time will not. */
const readyMs = 5000

export interface PlayableClip {
  /** For a `<video>` of this page, until `close`. */
  readonly url: string
  close(): void
}

export interface OpenClipOptions {
  readonly headers: Readonly<Record<string, string>>
  /** Told when the clip stopped, with a code such as `CAPTURE_MEDIA_INVALID`. */
  readonly onRefused: (error: PlaybackError) => void
}

interface ShownClip extends OpenClipOptions {
  readonly access: MediaAccess
}

/** The page's side of playback: gives the service worker the key of a clip while this page shows it, and no longer. */
export class ClipPlayer {
  readonly #container: ServiceWorkerContainer
  readonly #shown = new Map<string, ShownClip>()
  #ready: Promise<boolean> | undefined

  constructor(container: ServiceWorkerContainer) {
    this.#container = container
  }

  /** @returns `undefined` where no service worker takes this page: then a clip is fetched whole. */
  async open(access: MediaAccess, options: OpenClipOptions): Promise<PlayableClip | undefined> {
    if (!(await this.start())) return undefined
    const { captureId } = access
    const shown = { access, ...options }
    this.#shown.set(captureId, shown)
    return {
      url: clipAddress(captureId),
      close: () => {
        if (this.#shown.get(captureId) === shown) this.#shown.delete(captureId)
        if (this.#shown.size === 0) this.forget()
      },
    }
  }

  /** Has the service worker take this page. @returns whether it does. */
  async start(): Promise<boolean> {
    this.#ready ??= this.#start()
    if (await this.#ready) return true
    this.#ready = undefined
    return false
  }

  /** Takes every key back, here and in the service worker. */
  forget(): void {
    this.#shown.clear()
    const message: ToServiceWorker = { type: "forget-clips" }
    this.#container.controller?.postMessage(message)
  }

  async #start(): Promise<boolean> {
    this.#container.addEventListener("message", (event: MessageEvent<ToPage>) => this.#hear(event))
    this.#container.startMessages()
    try {
      await this.#container.register(trustedScript("service"), { scope: "/" })
    } catch (error) {
      // Private windows of some browsers refuse service workers, and tests have no script for one.
      console.warn("Cannot play clips while they are fetched", error)
      return false
    }
    return this.#container.controller !== null || (await this.#controlled())
  }

  async #controlled(): Promise<boolean> {
    const controlled = Promise.withResolvers<boolean>()
    const limit = setTimeout(() => controlled.resolve(false), readyMs)
    this.#container.addEventListener("controllerchange", () => controlled.resolve(true), { once: true })
    try {
      return this.#container.controller !== null || (await controlled.promise)
    } finally {
      clearTimeout(limit)
    }
  }

  #hear({ data, ports }: MessageEvent<ToPage>): void {
    const shown = this.#shown.get(data.captureId)
    if (data.type === "clip-refused") {
      return shown?.onRefused(new PlaybackError(data.code, `Cannot play clip: ${data.code}`))
    }
    const key: ClipKey | null = shown ? { access: shown.access, headers: shown.headers } : null
    ports[0]?.postMessage(key)
  }
}
