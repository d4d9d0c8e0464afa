import type { Camera, CameraInfo, OpenCameraOptions } from "../cameras/camera.ts"

/** Where the element gets its cameras from; this package's own functions unless told otherwise. */
export interface CameraSource {
  watch(options: { readonly signal: AbortSignal }): AsyncIterable<readonly CameraInfo[]>
  open(options: OpenCameraOptions): Promise<Camera>
}

/** What the element needs of a clip. The app gets the whole of what its recorder gave. */
export interface RecordedClip {
  readonly blob: Blob
  readonly durationSeconds: number
}

/** A recording that goes on. */
export interface ElementRecording<Clip extends RecordedClip = RecordedClip> {
  /** Resolves however it ends: stopped, or by itself. */
  readonly done: Promise<Clip>
  stop(): Promise<Clip>
}

/** A recorder of one camera, as `createRecorder` of `@darkslide/capture/record` makes it. */
export interface ElementRecorder<Clip extends RecordedClip = RecordedClip> {
  record(options: { readonly preRollSeconds: number }): ElementRecording<Clip>
  close(): Promise<void>
}

/** Makes a recorder for the open camera. Its presence puts the record button on the element. */
export type RecorderFactory = (
  camera: Camera,
  options: { readonly preRollSeconds: number; readonly signal: AbortSignal },
) => Promise<ElementRecorder>

/** A thing that the detector sees, in fractions of the picture, 0 to 1. */
export interface MotionMark {
  readonly kind: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a motion detector says of one frame; a verdict of `@darkslide/capture/motion` is one. */
export interface MotionSight {
  readonly motion: boolean
  readonly boxes: readonly MotionMark[]
}

/** Watches the open camera until the signal aborts. Its presence puts the motion view on the picture. */
export type MotionWatch = (camera: Camera, options: { readonly signal: AbortSignal }) => AsyncIterable<MotionSight>
