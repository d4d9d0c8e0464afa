import { cameraError } from "../cameras/camera-error.ts"
import { CaptureError } from "../errors.ts"
import type { PictureType } from "./photo.ts"

/** Pixels to a file, by canvas. @throws CaptureError `CAPTURE_READBACK_TAMPERED`, `CAPTURE_UNSUPPORTED` */
export async function encodePicture(
  source: ImageBitmap | HTMLVideoElement | VideoFrame,
  as: {
    readonly type: PictureType
    readonly quality: number
    readonly width: number
    readonly height: number
  },
): Promise<Blob> {
  checkReadback()
  const { type, quality, width, height } = as
  const canvas = new OffscreenCanvas(width, height)
  context(canvas).drawImage(source, 0, 0, width, height)
  const blob = await canvas.convertToBlob({ type, quality })
  // A browser that cannot encode a type gives a PNG without a word.
  if (blob.type !== type)
    throw new CaptureError("CAPTURE_UNSUPPORTED", `Cannot encode picture: this browser does not write ${type}`, {
      hint: "Choose JPEG, which every browser writes.",
    })
  return blob
}

/**
 * Privacy modes return noise for what a page reads from a canvas: four known pixels show it.
 * @throws CaptureError `CAPTURE_READBACK_TAMPERED`
 */
export function checkReadback(): void {
  const probe = context(new OffscreenCanvas(2, 2))
  const colours = ["#ff0000", "#00ff00", "#0000ff", "#ffffff"]
  colours.forEach((colour, i) => {
    probe.fillStyle = colour
    probe.fillRect(i % 2, Math.floor(i / 2), 1, 1)
  })
  const expected = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]
  const { data } = probe.getImageData(0, 0, 2, 2)
  if (!expected.every((value, i) => data[i] === value)) throw cameraError("CAPTURE_READBACK_TAMPERED")
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const found = canvas.getContext("2d")
  if (!found) throw cameraError("CAPTURE_UNSUPPORTED")
  return found
}
