import type { Camera } from "../cameras/camera.ts"
import { cameraError } from "../cameras/camera-error.ts"
import { systemClock, type Clock } from "../clock.ts"
import { checkReadback } from "./encode-picture.ts"
import { CaptureError } from "../errors.ts"
import { grabFrame } from "./grab-frame.ts"
import { judgePictures, type JudgeOptions, type PictureVerdict } from "./judge-picture.ts"

const width = 64
const height = 36

/**
 * Whether the camera shows anything, now and whenever that changes, until it ends or the signal aborts. Looks at a small
 * copy of a frame every `everyMs` (default 500, at least 50).
 * @throws CaptureError `CAPTURE_READBACK_TAMPERED`; RangeError for a shorter interval.
 *
 * @example
 * ```ts no-run
 * await using camera = await openCamera()
 * for await (const verdict of watchPicture(camera, { signal: AbortSignal.timeout(60_000) }))
 *   if (verdict === "covered") console.log("Something is in front of the lens")
 * ```
 */
export async function* watchPicture(
  camera: Camera,
  options: JudgeOptions & {
    readonly signal: AbortSignal
    readonly everyMs?: number | undefined
    readonly clock?: Clock | undefined
  },
): AsyncGenerator<PictureVerdict, void> {
  const { signal, everyMs = 500, clock = systemClock } = options
  if (!(everyMs >= 50)) throw new RangeError(`Cannot watch picture: everyMs ${everyMs} is under 50`)
  const judge = judgePictures(options)
  const eye = openEye()
  let said: PictureVerdict | undefined
  while (!signal.aborted && isLive(camera)) {
    try {
      const luma = eye(await grabFrame(camera.stream, signal))
      const verdict = judge({ width, height, luma, at: clock.now() })
      if (verdict !== said) yield (said = verdict)
      await clock.sleep(everyMs, signal)
    } catch (error) {
      if (signal.aborted || !isLive(camera)) return
      // A live device that gives no frames at all stands still.
      if (!(error instanceof CaptureError && error.code === "CAPTURE_ENDED")) throw error
      if (said !== "frozen") yield (said = "frozen")
    }
  }
}

function isLive(camera: Camera): boolean {
  return camera.stream.getVideoTracks().some((track) => track.readyState === "live")
}

/** Takes a frame, closes it, and gives its grey levels (ITU-R BT.601 weights). */
function openEye(): (frame: ImageBitmap) => Uint8Array {
  checkReadback()
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })
  if (!context) throw cameraError("CAPTURE_UNSUPPORTED")
  return (frame) => {
    context.drawImage(frame, 0, 0, width, height)
    frame.close()
    const { data } = context.getImageData(0, 0, width, height)
    const luma = new Uint8Array(width * height)
    for (let i = 0; i < luma.length; i++)
      luma[i] = Math.round(0.299 * (data[4 * i] ?? 0) + 0.587 * (data[4 * i + 1] ?? 0) + 0.114 * (data[4 * i + 2] ?? 0))
    return luma
  }
}
