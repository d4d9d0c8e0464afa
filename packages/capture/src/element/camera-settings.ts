import type { Facing } from "../cameras/camera.ts"
import { watchCameras } from "../cameras/list-cameras.ts"
import { openCamera } from "../cameras/open-camera.ts"
import type { PictureType } from "../stills/photo.ts"
import type { CameraSource, MotionWatch, RecorderFactory } from "./ports.ts"
import type { CameraWords } from "./words.ts"

/** What a page can set on the element. */
export interface CameraSettings {
  /** Opens the camera as soon as the element is in the page, instead of when its button is pressed. */
  autostart: boolean
  /** Which camera to open; the one that was remembered, else the browser's choice, when absent. */
  deviceId: string | undefined
  facing: Facing | undefined
  /** Wished size of the picture in pixels. */
  width: number | undefined
  height: number | undefined
  /** Default `image/jpeg`. */
  pictureType: PictureType | undefined
  /** 0 to 1. */
  quality: number | undefined
  /** Seconds from the shutter to the photo; its button goes through 0, 3 and 10. */
  timer: number
  /** Whether the preview is a mirror: `auto` means unless the camera looks away from the person. Photos never are. */
  mirror: "auto" | "on" | "off"
  /** Seconds that a recording begins before it is asked for, where the recorder can. */
  preRoll: number
  /** `off` takes the letters away; buttons keep Enter and Space. */
  shortcuts: "on" | "off"
  cameras: CameraSource
  recorder: RecorderFactory | undefined
  motion: MotionWatch | undefined
  words: Partial<CameraWords>
}

export const settingsByDefault: Readonly<CameraSettings> = {
  autostart: false,
  deviceId: undefined,
  facing: undefined,
  width: undefined,
  height: undefined,
  pictureType: undefined,
  quality: undefined,
  timer: 0,
  mirror: "auto",
  preRoll: 0,
  shortcuts: "on",
  cameras: { watch: watchCameras, open: openCamera },
  recorder: undefined,
  motion: undefined,
  words: {},
}

/** What an attribute sets, given its text. A word that is none of those is told where it is used. */
export const attributes: Readonly<Record<string, (text: string) => Partial<CameraSettings>>> = {
  autostart: () => ({ autostart: true }),
  "device-id": (text) => ({ deviceId: text }),
  facing: (text) => ({ facing: text as Facing }),
  width: (text) => ({ width: Number(text) }),
  height: (text) => ({ height: Number(text) }),
  "picture-type": (text) => ({ pictureType: text as PictureType }),
  quality: (text) => ({ quality: Number(text) }),
  timer: (text) => ({ timer: Number(text) }),
  mirror: (text) => ({ mirror: text as CameraSettings["mirror"] }),
  "pre-roll": (text) => ({ preRoll: Number(text) }),
  shortcuts: (text) => ({ shortcuts: text as CameraSettings["shortcuts"] }),
}
