import { CaptureError, type CameraErrorCode } from "../errors.ts"

/** The camera's codes, where a microphone can have the same trouble. */
export type MicrophoneErrorCode = Exclude<CameraErrorCode, "CAPTURE_UNPLUGGED" | "CAPTURE_READBACK_TAMPERED">

const said: Readonly<Record<MicrophoneErrorCode, { readonly message: string; readonly hint: string }>> = {
  CAPTURE_INSECURE: {
    message: "not a secure context",
    hint: "Open this page over https, or on localhost: browsers give no microphone elsewhere.",
  },
  CAPTURE_POLICY_BLOCKED: {
    message: "blocked by the page's permissions policy",
    hint: "This page is not allowed to use microphones; ask whoever runs it, or open it outside its frame.",
  },
  CAPTURE_UNSUPPORTED: {
    message: "no sound can be recorded in this browser",
    hint: "Use another browser: this one records no sound with a clip.",
  },
  CAPTURE_DENIED: {
    message: "permission denied",
    hint: "Allow the microphone for this page in the browser's site settings, then try again or reload.",
  },
  CAPTURE_DISMISSED: {
    message: "permission prompt dismissed",
    hint: "Try again, and choose to allow the microphone when the browser asks.",
  },
  CAPTURE_DENIED_BY_OS: {
    message: "denied by the operating system",
    hint: "Allow this browser to use the microphone in the system's privacy settings, then try again.",
  },
  CAPTURE_NOT_FOUND: { message: "no such microphone", hint: "Connect a microphone, or choose another one." },
  CAPTURE_BUSY: {
    message: "the microphone is in use",
    hint: "Close other programs and tabs that use this microphone, then try again.",
  },
  CAPTURE_OVERCONSTRAINED: {
    message: "no microphone fits what was asked for",
    hint: "Choose another microphone, or ask less of it.",
  },
  CAPTURE_ENDED: {
    message: "the microphone stopped",
    hint: "The microphone stopped. Open the recorder anew to have sound again.",
  },
}

/** An error of that code that speaks of the microphone, with what a person can do. */
export function microphoneError(
  code: MicrophoneErrorCode,
  facts: { readonly cause?: unknown; readonly constraint?: string | undefined } = {},
): CaptureError {
  const { message, hint } = said[code]
  return new CaptureError(code, `Cannot use microphone: ${message}`, { ...facts, hint })
}
