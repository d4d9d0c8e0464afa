import type { Camera, CameraInfo } from "../../cameras/camera.ts"
import type { PictureVerdict } from "../../stills/judge-picture.ts"
import type { CameraElementState } from "../events.ts"
import type { MotionSight } from "../ports.ts"
import type { Activity } from "../shutter.ts"
import type { CameraWords } from "../words.ts"

/** All that the element shows. */
export interface ViewState {
  readonly state: CameraElementState
  readonly words: CameraWords
  /** The open one. */
  readonly camera: Camera | undefined
  /** Why there is none, in the state `failed`. */
  readonly failure: unknown
  readonly cameras: readonly CameraInfo[]
  /** Its `deviceId`; empty where the choice is the browser's. */
  readonly chosen: string
  readonly timer: number
  readonly isMirrored: boolean
  readonly hasRecorder: boolean
  readonly hasLetters: boolean
  readonly verdict: PictureVerdict
  readonly sight: MotionSight | undefined
  readonly activity: Activity
  readonly photosTaken: number
  /** What failed while the camera went on. */
  readonly problem: unknown
  readonly status: string
}

/** What pressing something does. */
export interface ViewActions {
  start(): void
  choose(deviceId: string): void
  pickFile(file: File): void
  shoot(): void
  cancelTimer(): void
  record(): void
  stopRecording(): void
  nextTimer(): void
  turnMirror(): void
  turnTorch(): void
  /** In the device's own unit. */
  setZoom(value: number): void
}

export function pictureSize({ camera }: ViewState): { readonly width: number; readonly height: number } {
  const { width, height } = camera?.settings ?? {}
  return width && height ? { width, height } : { width: 4, height: 3 }
}

/** A letter as `aria-keyshortcuts`, where letters are on. */
export function keyOf({ hasLetters }: ViewState, letter: string): string | undefined {
  return hasLetters ? letter : undefined
}
