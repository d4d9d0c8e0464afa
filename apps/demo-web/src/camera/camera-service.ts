import type { Camera, CameraInfo, OpenCameraOptions, Photo, TakePhotoOptions } from "@darkslide/capture"

/** The device's cameras as the pages use them. `@darkslide/capture` in the app. */
export interface CameraService {
  /** The list now, and again whenever a camera comes, goes or gets its name. */
  watch(options: { readonly signal: AbortSignal }): AsyncIterable<readonly CameraInfo[]>
  open(options?: OpenCameraOptions): Promise<Camera>
  takePhoto(camera: Camera, options?: TakePhotoOptions): Promise<Photo>
}
