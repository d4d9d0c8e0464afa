import type { CameraControls } from "./camera-controls.ts"
import type { CameraMemory } from "./camera-memory.ts"
import type { CaptureError } from "../errors.ts"

/** A video input as the browser lists it. Before the first permission `deviceId` and `label` are empty. */
export interface CameraInfo {
  readonly deviceId: string
  readonly label: string
  readonly groupId: string
}

/** `user`: towards the person in front of the screen. `environment`: away from them. */
export type Facing = "user" | "environment"

/** What one can wish for when opening a camera. */
export type CameraWish = "width" | "height" | "frameRate" | "facing" | "panTiltZoom"

/** A wish that the device did not grant. */
export interface RelaxedWish {
  readonly wish: CameraWish
  readonly asked: number | string
  /** `undefined` where the device does not tell. */
  readonly got: number | string | undefined
}

/** An open camera: the only owner of its device. Dispose it to stop the light. */
export interface Camera extends AsyncDisposable {
  readonly info: CameraInfo
  /** Live video, no audio. Owned by the camera: do not stop its tracks. */
  readonly stream: MediaStream
  /** What the device really gives, in pixels and frames a second. */
  readonly settings: { readonly width: number; readonly height: number; readonly frameRate: number }
  /** `undefined` where the device does not tell, as most on a desk do not. */
  readonly facing: Facing | undefined
  /** The wishes of {@link OpenCameraOptions} that this device did not grant. */
  readonly relaxed: readonly RelaxedWish[]
  /** Zoom, torch, focus, pan and tilt: those that this device offers. */
  readonly controls: CameraControls
  /** Resolves when the camera stops by itself (`CAPTURE_ENDED`, `CAPTURE_UNPLUGGED`); `undefined` after `close()`. */
  readonly ended: Promise<CaptureError | undefined>
  /** Stops the device and resolves once it is free for the next owner. */
  close(): Promise<void>
}

export interface OpenCameraOptions {
  /** Of {@link CameraInfo}; the one remembered, else the browser's own choice, when absent. */
  readonly deviceId?: string | undefined
  readonly facing?: Facing | undefined
  /** Wished size in pixels (default 1920 x 1080); relaxed when the device cannot. */
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** Wished frames a second. */
  readonly frameRate?: number | undefined
  /** `ask` for leave to move the camera as well: browsers give `controls.zoom`, `pan` and `tilt` only with it. */
  readonly panTiltZoom?: "ask" | "never" | undefined
  /** Wishes that must be met: else `CAPTURE_OVERCONSTRAINED`, with the wish as `constraint`. */
  readonly insistOn?: readonly Exclude<CameraWish, "panTiltZoom">[] | undefined
  /** What becomes of the other cameras that this page has open (default `close`). */
  readonly others?: "close" | "keep" | undefined
  /** Where the choice is kept from visit to visit (default: `localStorage`). */
  readonly memory?: CameraMemory | "none" | undefined
  readonly signal?: AbortSignal | undefined
}
