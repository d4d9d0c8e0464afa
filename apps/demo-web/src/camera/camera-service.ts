import type { Camera, CameraInfo, OpenCameraOptions, Photo, TakePhotoOptions } from "@darkslide/capture"

/** The device's cameras as the pages use them. `@darkslide/capture` in the app. */
export interface CameraService {
  /** The list now. Before the first permission names are empty. */
  list(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly CameraInfo[]>
  /** The list now, and again whenever a camera comes or goes. */
  watch(options: { readonly signal: AbortSignal }): AsyncIterable<readonly CameraInfo[]>
  open(options?: OpenCameraOptions): Promise<Camera>
  takePhoto(camera: Camera, options?: TakePhotoOptions): Promise<Photo>
}
