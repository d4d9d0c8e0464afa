import { CaptureError, type CameraErrorCode } from "../errors.ts"

const hints: Readonly<Record<CameraErrorCode, string>> = {
  CAPTURE_INSECURE: "Open this page over https, or on localhost: browsers give no camera elsewhere.",
  CAPTURE_POLICY_BLOCKED: "This page is not allowed to use cameras; ask whoever runs it, or open it outside its frame.",
  CAPTURE_UNSUPPORTED: "Use a current browser: this one has no camera access.",
  CAPTURE_DENIED: "Allow the camera for this page in the browser's site settings, then try again or reload.",
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
export function cameraError(
  code: CameraErrorCode,
  facts: { readonly cause?: unknown; readonly constraint?: string | undefined } = {},
): CaptureError {
  return new CaptureError(code, `Cannot use camera: ${messages[code]}`, { ...facts, hint: hints[code] })
}

/** @throws CaptureError before any prompt, where a camera cannot be had at all. */
export function checkCameraAccess(): void {
  if (!globalThis.isSecureContext) throw cameraError("CAPTURE_INSECURE")
  if (typeof navigator.mediaDevices?.getUserMedia !== "function") throw cameraError("CAPTURE_UNSUPPORTED")
  if (isBlockedByPolicy("camera")) throw cameraError("CAPTURE_POLICY_BLOCKED")
}

/**
 * What a rejection of getUserMedia means (Media Capture and Streams section 10.2). Denial by the person, by the system,
 * by policy and a dismissed prompt are all `NotAllowedError`: only the policy and the message tell them apart.
 * @param device - Whose policy is asked. Message and hint always speak of the camera.
 */
export function identifyCameraError(error: unknown, device: MediaDevice = "camera"): CaptureError {
  if (error instanceof CaptureError) return error
  const name = error instanceof Error ? error.name : ""
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return cameraError(identifyDenial(error, device), { cause: error })
    case "NotFoundError":
      return cameraError("CAPTURE_NOT_FOUND", { cause: error })
    case "NotReadableError":
    case "AbortError":
      return cameraError("CAPTURE_BUSY", { cause: error })
    case "OverconstrainedError":
      return identifyConstraint(error)
    default:
      return cameraError("CAPTURE_UNSUPPORTED", { cause: error })
  }
}

/**
 * Chromium: "Permission denied by system", "Permission dismissed". Firefox and Safari say the same for a closed prompt as
 * for a no, and count as no: whoever closed it is not asked again unbidden.
 */
function identifyDenial(error: unknown, device: MediaDevice): CameraErrorCode {
  const message = error instanceof Error ? error.message : ""
  if (isBlockedByPolicy(device)) return "CAPTURE_POLICY_BLOCKED"
  if (/\bsystem\b/i.test(message)) return "CAPTURE_DENIED_BY_OS"
  return /dismissed/i.test(message) ? "CAPTURE_DISMISSED" : "CAPTURE_DENIED"
}

/** Asked for by id, a camera that is gone is "overconstrained": to a person it is not there. */
function identifyConstraint(error: unknown): CaptureError {
  const { constraint = "" } = error as { constraint?: string }
  if (constraint === "deviceId") return cameraError("CAPTURE_NOT_FOUND", { cause: error })
  return cameraError("CAPTURE_OVERCONSTRAINED", {
    cause: error,
    constraint: constraint === "facingMode" ? "facing" : constraint === "" ? undefined : constraint,
  })
}

/** Denied by policy and denied by the person look alike afterwards: only the policy itself tells, where it can be read. */
export function isBlockedByPolicy(device: MediaDevice): boolean {
  const { featurePolicy, permissionsPolicy = featurePolicy } = document as Document & {
    featurePolicy?: DocumentPolicy
    permissionsPolicy?: DocumentPolicy
  }
  return permissionsPolicy?.allowsFeature(device) === false
}

/** By its name in Permissions and Permissions Policy. */
type MediaDevice = "camera" | "microphone"

/** Permissions Policy, section 7.1: the older name is the one that Chromium has. */
interface DocumentPolicy {
  allowsFeature(name: string): boolean
}
