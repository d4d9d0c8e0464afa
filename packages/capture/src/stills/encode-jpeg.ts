import { encodePicture } from "./encode-picture.ts"

/** Pixels to a JPEG of that size. @throws CaptureError `CAPTURE_READBACK_TAMPERED`, `CAPTURE_UNSUPPORTED` */
export async function encodeJpeg(
  source: ImageBitmap | HTMLVideoElement | VideoFrame,
  size: { readonly width: number; readonly height: number },
  quality: number,
): Promise<Blob> {
  return await encodePicture(source, { type: "image/jpeg", quality, ...size })
}
