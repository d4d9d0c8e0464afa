import type { PictureVerdict } from "../stills/judge-picture.ts"
import type { Photo } from "../stills/photo.ts"
import type { RecordedClip } from "./ports.ts"

/** What the element is doing. */
export type CameraElementState = "off" | "starting" | "live" | "counting" | "taking" | "recording" | "failed"

/** The element's events: all of them bubble, and leave shadow trees. None can be cancelled. */
export interface CameraElementEvents {
  "darkslide-state": CustomEvent<{ readonly state: CameraElementState }>
  "darkslide-photo": CustomEvent<{ readonly photo: Photo }>
  "darkslide-clip": CustomEvent<{ readonly clip: RecordedClip }>
  /** A picture that was chosen from the device where no camera can be had. */
  "darkslide-file": CustomEvent<{ readonly file: File }>
  /** A `CaptureError` with code and hint, or whatever a recorder or motion watch threw. */
  "darkslide-error": CustomEvent<{ readonly error: unknown }>
  /** The camera shows something again, or is covered or frozen. */
  "darkslide-picture": CustomEvent<{ readonly verdict: PictureVerdict }>
  /** Motion began or stopped. */
  "darkslide-motion": CustomEvent<{ readonly motion: boolean }>
}

declare global {
  interface HTMLElementEventMap extends CameraElementEvents {}
}
