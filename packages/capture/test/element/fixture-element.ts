import {
  CaptureError,
  type Camera,
  type CameraErrorCode,
  type CameraInfo,
  type OpenCameraOptions,
} from "@darkslide/capture"
import type { CameraElementEvents, CameraSource, DarkslideCamera } from "@darkslide/capture/element"
import "@darkslide/capture/element"
import { drawnCamera, type DrawnCamera } from "../drawn-camera.ts"

/** Two drawn cameras that come, go and refuse as a test says. */
export class DrawnSource implements CameraSource {
  connected: readonly CameraInfo[] = [
    { deviceId: "desk", label: "Desk camera", groupId: "a" },
    { deviceId: "door", label: "Door camera", groupId: "b" },
  ]
  refusal: CaptureError | undefined
  /** Never answers, as a person who does not. */
  isSilent = false
  opened: DrawnCamera[] = []
  #changed = Promise.withResolvers<void>()

  async *watch({ signal }: { signal: AbortSignal }): AsyncIterable<readonly CameraInfo[]> {
    while (!signal.aborted) {
      yield this.connected
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
      await Promise.race([this.#changed.promise, aborted])
    }
  }

  async open({ deviceId }: OpenCameraOptions): Promise<Camera> {
    if (this.isSilent) await new Promise(() => undefined)
    if (this.refusal) throw this.refusal
    const info = this.connected.find((camera) => camera.deviceId === deviceId) ?? this.connected[0]
    if (info === undefined) throw refusal("CAPTURE_NOT_FOUND")
    const camera = drawnCamera(info.deviceId, info.label)
    this.opened.push(camera)
    return camera
  }

  plug(connected: readonly CameraInfo[]): void {
    this.connected = connected
    const changed = this.#changed
    this.#changed = Promise.withResolvers()
    changed.resolve()
  }
}

export function refusal(code: CameraErrorCode): CaptureError {
  return new CaptureError(code, `Cannot use camera: ${code}`, { hint: `What to do about ${code}.` })
}

export interface Mounted {
  readonly element: DarkslideCamera
  readonly source: DrawnSource
  /** Everything it told, in order. */
  readonly told: (keyof CameraElementEvents)[]
}

const names: readonly (keyof CameraElementEvents)[] = [
  "darkslide-state",
  "darkslide-photo",
  "darkslide-clip",
  "darkslide-file",
  "darkslide-error",
  "darkslide-picture",
  "darkslide-motion",
]

export function mount(prepare: (element: DarkslideCamera, source: DrawnSource) => void = () => undefined): Mounted {
  const source = new DrawnSource()
  const element = document.createElement("darkslide-camera")
  const told: (keyof CameraElementEvents)[] = []
  element.cameras = source
  for (const name of names) element.addEventListener(name, () => told.push(name))
  prepare(element, source)
  const main = document.createElement("main")
  main.append(element)
  document.body.replaceChildren(main)
  document.documentElement.lang = "en"
  document.title = "Camera"
  return { element, source, told }
}

export function part(element: DarkslideCamera, name: string): HTMLElement | null {
  return element.shadowRoot!.querySelector<HTMLElement>(`[part~="${name}"]`)
}
