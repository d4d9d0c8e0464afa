import type { CameraErrorCode } from "../errors.ts"

/** Everything the element says. Give some or all of it in another language by its `words` property. */
export interface CameraWords {
  readonly preview: string
  readonly off: string
  readonly offHelp: string
  readonly turnOn: string
  readonly starting: string
  readonly startingHelp: string
  readonly tryAgain: string
  readonly openSecurely: string
  readonly openInTab: string
  readonly choosePicture: string
  readonly camera: string
  readonly unnamed: (index: number) => string
  readonly shutter: string
  readonly cancelTimer: string
  readonly timer: (seconds: number) => string
  readonly secondsLeft: (seconds: number) => string
  readonly record: string
  readonly stopRecording: string
  readonly recording: (seconds: number) => string
  readonly mirror: string
  readonly torch: string
  readonly zoom: string
  readonly facts: (width: number, height: number) => string
  readonly live: (label: string) => string
  readonly photoTaken: (width: number, height: number) => string
  readonly recordingStarted: string
  readonly clipMade: (seconds: number) => string
  readonly timerCancelled: string
  readonly covered: string
  readonly frozen: string
  readonly motion: string
  readonly noMotion: string
  readonly unexpected: string
  /** What happened. What to do is the error's own `hint` unless `todo` says it in other words. */
  readonly errors: Readonly<Record<CameraErrorCode, { readonly what: string; readonly todo?: string }>>
}

export const englishWords: CameraWords = {
  preview: "Camera preview",
  off: "The camera is off.",
  offHelp: "Nothing is seen or recorded until you turn it on.",
  turnOn: "Turn on camera",
  starting: "Starting the camera.",
  startingHelp: "Allow it if the browser asks.",
  tryAgain: "Try again",
  openSecurely: "Open by https",
  openInTab: "Open in its own tab",
  choosePicture: "Choose a picture instead",
  camera: "Camera",
  unnamed: (index) => `Camera ${index}`,
  shutter: "Take photo",
  cancelTimer: "Cancel timer",
  timer: (seconds) => (seconds === 0 ? "Timer off" : `Timer ${seconds} s`),
  secondsLeft: (seconds) => `${seconds}`,
  record: "Record",
  stopRecording: "Stop recording",
  recording: (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
  mirror: "Mirror",
  torch: "Torch",
  zoom: "Zoom",
  facts: (width, height) => `${width} × ${height}`,
  live: (label) => `Camera on${label === "" ? "" : `: ${label}`}.`,
  photoTaken: (width, height) => `Photo taken, ${width} × ${height}.`,
  recordingStarted: "Recording.",
  clipMade: (seconds) => `Recorded ${Math.round(seconds)} s.`,
  timerCancelled: "Timer cancelled.",
  covered: "The picture is dark: is something in front of the lens?",
  frozen: "The picture stands still: the camera may have stopped.",
  motion: "Motion",
  noMotion: "Watching",
  unexpected: "Something went wrong with the camera.",
  errors: {
    CAPTURE_INSECURE: { what: "Browsers give cameras only to secure pages." },
    CAPTURE_POLICY_BLOCKED: { what: "This page is not allowed to use cameras." },
    CAPTURE_UNSUPPORTED: { what: "This browser cannot use the camera." },
    CAPTURE_DENIED: { what: "The browser blocks the camera for this page." },
    CAPTURE_DISMISSED: { what: "The camera question was closed without an answer." },
    CAPTURE_DENIED_BY_OS: { what: "Your system blocks cameras for this browser." },
    CAPTURE_NOT_FOUND: { what: "No camera was found." },
    CAPTURE_BUSY: { what: "Another program is using the camera." },
    CAPTURE_OVERCONSTRAINED: { what: "This camera cannot do what was asked of it." },
    CAPTURE_ENDED: { what: "The camera stopped." },
    CAPTURE_UNPLUGGED: { what: "The camera was unplugged." },
    CAPTURE_READBACK_TAMPERED: { what: "This browser alters pictures when pages read them." },
  },
}

/** What happened and what to do, in those words. */
export function wordsForError(error: unknown, words: CameraWords): { readonly what: string; readonly todo: string } {
  const { code = "", hint = "" } = error instanceof Error ? (error as Error & { code?: string; hint?: string }) : {}
  const known = Object.hasOwn(words.errors, code) ? words.errors[code as CameraErrorCode] : undefined
  return { what: known?.what ?? words.unexpected, todo: known?.todo ?? hint }
}
