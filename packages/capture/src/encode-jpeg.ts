import { cameraError } from "./camera-error.ts"

/** Pixels to a JPEG, by canvas. @throws CaptureError `CAPTURE_READBACK_TAMPERED`, `CAPTURE_UNSUPPORTED` */
export async function encodeJpeg(
  source: ImageBitmap | HTMLVideoElement,
  size: { readonly width: number; readonly height: number },
  quality: number,
): Promise<Blob> {
  checkReadback()
  const canvas = new OffscreenCanvas(size.width, size.height)
  context(canvas).drawImage(source, 0, 0, size.width, size.height)
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality })
  // A browser that cannot encode a type gives a PNG without a word.
  if (blob.type !== "image/jpeg") throw cameraError("CAPTURE_UNSUPPORTED")
  return blob
}

/** Privacy modes return noise for what a page reads from a canvas: four known pixels show it. */
function checkReadback(): void {
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
