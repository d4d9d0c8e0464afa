import type {
  Camera,
  CameraInfo,
  OpenCameraOptions,
  Photo,
  PictureVerdict,
  TakePhotoOptions,
  TimedPhoto,
} from "@darkslide/capture"
import type { MotionVerdict, MotionZone } from "@darkslide/capture/motion"
import type { Recorder } from "@darkslide/capture/record"

/** The device's cameras as the pages use them. `@darkslide/capture` in the app. */
export interface CameraService {
  /** The list now. Before the first permission names are empty. */
  list(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly CameraInfo[]>
  /** The list now, and again whenever a camera comes or goes. */
  watch(options: { readonly signal: AbortSignal }): AsyncIterable<readonly CameraInfo[]>
  open(options?: OpenCameraOptions): Promise<Camera>
  takePhoto(camera: Camera, options?: TakePhotoOptions): Promise<Photo>
  /** Counts whole seconds down, then takes a photo. */
  takePhotoAfter(camera: Camera, options: TakePhotoOptions & { readonly seconds: number }): AsyncIterable<TimedPhoto>
  takeBurst(camera: Camera, options: TakePhotoOptions & { readonly count: number }): AsyncIterable<Photo>
  /** Whether the camera shows anything, now and at each change. */
  watchPicture(camera: Camera, options: { readonly signal: AbortSignal }): AsyncIterable<PictureVerdict>
  /** Keeps the last seconds in memory from now on, for clips that begin in the past. */
  record(camera: Camera, options: { readonly preRollSeconds: number; readonly signal: AbortSignal }): Promise<Recorder>
  watchMotion(camera: Camera, options: WatchOptions): AsyncIterable<MotionVerdict>
}

export interface WatchOptions {
  /** 1 to 10. */
  readonly sensitivity: number
  readonly zones: readonly MotionZone[]
  readonly signal: AbortSignal
}
