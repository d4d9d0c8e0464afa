export type { PictureType } from "./images/backend.ts"
export { canvasImages } from "./images/canvas-images.ts"
export { dhashDistance } from "./images/fingerprint.ts"
export type { Fingerprint } from "./images/fingerprint.ts"
export type { MarkPosition } from "./images/geometry.ts"
export type {
  EncodedPicture,
  EncodeOptions,
  Images,
  Picture,
  PictureOptions,
  ResizeOptions,
  ThumbnailOptions,
  WatermarkOptions,
} from "./images/images.ts"
export { connectImages, serveImages } from "./images/images-worker.ts"
export type { MessagePortLike } from "./worker/message-port.ts"
