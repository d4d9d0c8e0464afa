import { DarkslideCamera } from "./darkslide-camera.ts"

export { DarkslideCamera } from "./darkslide-camera.ts"
export type { CameraElementEvents, CameraElementState } from "./events.ts"
export type {
  CameraSource,
  ElementRecorder,
  ElementRecording,
  MotionMark,
  MotionSight,
  MotionWatch,
  RecordedClip,
  RecorderFactory,
} from "./ports.ts"
export { englishWords } from "./words.ts"
export type { CameraWords } from "./words.ts"

// Where there are no elements (Node, a worker) there is nothing to define.
if (globalThis.customElements?.get("darkslide-camera") === undefined)
  globalThis.customElements?.define("darkslide-camera", DarkslideCamera)
