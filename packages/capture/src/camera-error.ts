import { CaptureError, type CameraErrorCode } from "./errors.ts"

const hints: Readonly<Record<CameraErrorCode, string>> = {
  CAPTURE_INSECURE: "Open this page over https, or on localhost: browsers give no camera elsewhere.",
  CAPTURE_POLICY_BLOCKED: "This page is not allowed to use cameras; ask whoever runs it, or open it outside its frame.",
  CAPTURE_UNSUPPORTED: "Use a current browser: this one has no camera access.",
  CAPTURE_DENIED: "Allow the camera for this page in the browser's site settings, then try again.",
  CAPTURE_DISMISSED: "Try again, and choose to allow the camera when the browser asks.",
  CAPTURE_DENIED_BY_OS: "Allow this browser to use the camera in the system's privacy settings, then try again.",
  CAPTURE_NOT_FOUND: "Connect a camera, or choose another one.",
  CAPTURE_BUSY: "Close other programs and tabs that use this camera, then try again.",
  CAPTURE_OVERCONSTRAINED: "Choose another camera or a smaller picture size.",
  CAPTURE_ENDED: "The camera stopped. Try again to start it anew.",
  CAPTURE_UNPLUGGED: "Connect the camera again, or choose another one.",
  CAPTURE_READBACK_TAMPERED: "This browser changes what pages read from a canvas; allow canvas access for this page.",
}

const messages: Readonly<Record<CameraErrorCode, string>> = {
  CAPTURE_INSECURE: "not a secure context",
  CAPTURE_POLICY_BLOCKED: "blocked by the page's permissions policy",
  CAPTURE_UNSUPPORTED: "no camera access in this browser",
  CAPTURE_DENIED: "permission denied",
  CAPTURE_DISMISSED: "permission prompt dismissed",
  CAPTURE_DENIED_BY_OS: "denied by the operating system",
  CAPTURE_NOT_FOUND: "no such camera",
  CAPTURE_BUSY: "the camera is in use",
  CAPTURE_OVERCONSTRAINED: "no camera fits what was asked for",
  CAPTURE_ENDED: "the camera stopped",
  CAPTURE_UNPLUGGED: "the camera was unplugged",
  CAPTURE_READBACK_TAMPERED: "the browser falsifies canvas readback",
}

/** An error of that code, with its message and what a person can do. */
export function cameraError(code: CameraErrorCode, cause?: unknown): CaptureError {
  return new CaptureError(code, `Cannot use camera: ${messages[code]}`, { cause, hint: hints[code] })
}

/** @throws CaptureError before any prompt, where a camera cannot be had at all. */
export function checkCameraAccess(): void {
  if (!globalThis.isSecureContext) throw cameraError("CAPTURE_INSECURE")
  if (typeof navigator.mediaDevices?.getUserMedia !== "function") throw cameraError("CAPTURE_UNSUPPORTED")
  if (isBlockedByPolicy()) throw cameraError("CAPTURE_POLICY_BLOCKED")
}

/**
 * What a rejection of getUserMedia means (Media Capture and Streams section 10.2). Denial by the person, by the system
 * and a dismissed prompt are all `NotAllowedError`: only the permission's state and the message tell them apart.
 */
export async function identifyCameraError(error: unknown): Promise<CaptureError> {
  if (error instanceof CaptureError) return error
  const name = error instanceof Error ? error.name : ""
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return cameraError(await identifyDenial(error), error)
    case "NotFoundError":
      return cameraError("CAPTURE_NOT_FOUND", error)
    case "NotReadableError":
    case "AbortError":
      return cameraError("CAPTURE_BUSY", error)
    case "OverconstrainedError":
      return cameraError("CAPTURE_OVERCONSTRAINED", error)
    default:
      return cameraError("CAPTURE_UNSUPPORTED", error)
  }
}

async function identifyDenial(error: unknown): Promise<CameraErrorCode> {
  const message = error instanceof Error ? error.message : ""
  if (/system/i.test(message)) return "CAPTURE_DENIED_BY_OS"
  if (/dismissed/i.test(message)) return "CAPTURE_DISMISSED"
  return (await cameraPermission()) === "prompt" ? "CAPTURE_DISMISSED" : "CAPTURE_DENIED"
}

/** `undefined` where the browser does not tell. */
async function cameraPermission(): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state
  } catch (error) {
    // Firefox before 134 has no "camera" permission to ask for, and says so with a TypeError.
    if (error instanceof TypeError) return undefined
    throw error
  }
}

function isBlockedByPolicy(): boolean {
  const { featurePolicy } = document as Document & { featurePolicy?: { allowsFeature(name: string): boolean } }
  return featurePolicy?.allowsFeature("camera") === false
}
