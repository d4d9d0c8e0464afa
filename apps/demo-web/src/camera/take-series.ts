import type { Camera, PictureType, TimedPhoto } from "@darkslide/capture"
import type { CameraService } from "./camera-service.ts"

export interface SeriesPlan {
  readonly timerSeconds: number
  readonly count: number
  readonly type: PictureType
  readonly signal: AbortSignal
}

/** The seconds that are left, then as many photos as are wanted: one at full size, several as fast as frames come. */
export async function* takeSeries(
  cameras: CameraService,
  camera: Camera,
  { timerSeconds, count, type, signal }: SeriesPlan,
): AsyncGenerator<TimedPhoto, void> {
  const from = count === 1 ? "still" : "frame"
  yield* cameras.takePhotoAfter(camera, { seconds: timerSeconds, type, from, signal })
  if (count === 1) return
  for await (const photo of cameras.takeBurst(camera, { count: count - 1, type, signal }))
    yield { type: "photo", photo }
}
