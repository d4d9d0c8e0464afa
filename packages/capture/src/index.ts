export type { Camera, CameraInfo, OpenCameraOptions, Photo, TakePhotoOptions } from "./camera.ts"
export { CaptureError } from "./errors.ts"
export type { CameraErrorCode, CaptureErrorCode, SealedCaptureErrorCode, UploadErrorCode } from "./errors.ts"
