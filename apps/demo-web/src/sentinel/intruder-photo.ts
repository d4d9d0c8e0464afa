import type { Camera, CaptureInput, Photo } from "@darkslide/capture"
import { makeThumbnail } from "@darkslide/capture"
import type { CameraService } from "../camera/camera-service.ts"

const maxBytes = 512 * 1024
const pixels = [1280, 960, 640, 320] as const
const quality = 0.82

/** Whether the browser gives the camera without asking. A browser that cannot say counts as one that asks. */
export async function cameraIsGranted(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted"
  } catch (error) {
    // It does not know that name.
    if (error instanceof TypeError) return false
    throw error
  }
}

/** Opens the camera, takes one photo, and lets go of it. The camera's light is on meanwhile, as ever. */
export async function takeIntruderPhoto(
  cameras: Pick<CameraService, "open" | "takePhoto">,
): Promise<Pick<CaptureInput, "media" | "thumbnail" | "createdAt">> {
  const camera: Camera = await cameras.open()
  let photo: Photo
  try {
    photo = await cameras.takePhoto(camera, { from: "frame" })
  } finally {
    await camera.close()
  }
  const [media, thumbnail] = await Promise.all([shrink(photo.blob), makeThumbnail(photo.blob)])
  return { media: await bytesOf(media), thumbnail: await bytesOf(thumbnail), createdAt: photo.takenAt }
}

/** The picture as a JPEG that the inbox takes. */
async function shrink(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture)
  try {
    for (const most of pixels) {
      const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height))
      const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)]
      const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height))
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality })
      if (blob.size <= maxBytes) return blob
    }
    throw new RangeError("Cannot shrink photo: it is too large at every size")
  } finally {
    bitmap.close()
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}
