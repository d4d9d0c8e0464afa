import type { CaptureError } from "./errors.ts"

/** A video input as the browser lists it. Before the first permission `deviceId` and `label` are empty. */
export interface CameraInfo {
  readonly deviceId: string
  readonly label: string
  readonly groupId: string
}

/** An open camera: the only owner of its device. Dispose it to stop the light. */
export interface Camera extends AsyncDisposable {
  readonly info: CameraInfo
  /** Live video, no audio. Owned by the camera: do not stop its tracks. */
  readonly stream: MediaStream
  /** What the device really gives, in pixels and frames a second. */
  readonly settings: { readonly width: number; readonly height: number; readonly frameRate: number }
  /** Resolves when the camera stops by itself (`CAPTURE_ENDED`, `CAPTURE_UNPLUGGED`); `undefined` after `close()`. */
  readonly ended: Promise<CaptureError | undefined>
  /** Stops the device and resolves once it is free for the next owner. */
  close(): Promise<void>
}

export interface OpenCameraOptions {
  /** Of {@link CameraInfo}; the browser's own choice when absent. */
  readonly deviceId?: string | undefined
  readonly facing?: "user" | "environment" | undefined
  /** Wished size in pixels (default 1920 x 1080); relaxed when the device cannot. */
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A picture as it will be sealed: always a JPEG. */
export interface Photo {
  readonly blob: Blob
  /** In pixels, of the picture itself. */
  readonly width: number
  readonly height: number
  /** `photo`: the camera's own still. `frame`: a frame of the preview. */
  readonly source: "photo" | "frame"
  /** The type that the camera gave before it was re-encoded, such as `image/png`. */
  readonly sourceType: string
  /** Milliseconds since 1970. */
  readonly takenAt: number
}

export interface TakePhotoOptions {
  /** JPEG quality, 0 to 1 (default 0.92). Only used when the camera's own picture is no JPEG. */
  readonly quality?: number | undefined
  readonly signal?: AbortSignal | undefined
}
