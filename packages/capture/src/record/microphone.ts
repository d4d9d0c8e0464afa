import { identifyCameraError, isBlockedByPolicy } from "../cameras/camera-error.ts"
import { CaptureError } from "../errors.ts"
import { within } from "../time-limit.ts"
import { microphoneError, type MicrophoneErrorCode } from "./microphone-error.ts"

/** The person said no in this visit (until the page is loaded anew), and is not asked again unless the browser says otherwise. */
let isDenied = false

/**
 * Asks for a microphone, and for nothing else. Prompts the person where the browser has no answer yet, and never again in
 * a visit after a no.
 * @returns a track that is the caller's to stop.
 * @throws CaptureError with a `hint`; the signal's reason when it aborts (a microphone that opens after that is closed).
 */
export async function openMicrophone(
  constraints: true | MediaTrackConstraints,
  signal: AbortSignal | undefined,
): Promise<MediaStreamTrack> {
  if (!globalThis.isSecureContext) throw microphoneError("CAPTURE_INSECURE")
  if (typeof navigator.mediaDevices?.getUserMedia !== "function") throw microphoneError("CAPTURE_UNSUPPORTED")
  if (isBlockedByPolicy("microphone")) throw microphoneError("CAPTURE_POLICY_BLOCKED")
  if (isDenied && (await microphonePermission()) !== "granted") throw microphoneError("CAPTURE_DENIED")
  return await within(requestTrack(constraints), { signal, tooLate: (track) => track.stop() })
}

async function requestTrack(audio: true | MediaTrackConstraints): Promise<MediaStreamTrack> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video: false })
    const [track] = stream.getAudioTracks()
    if (!track) throw microphoneError("CAPTURE_NOT_FOUND")
    isDenied = false
    return track
  } catch (error) {
    const refused = identifyMicrophoneError(error)
    isDenied = refused.code === "CAPTURE_DENIED"
    throw refused
  }
}

function identifyMicrophoneError(error: unknown): CaptureError {
  if (error instanceof CaptureError) return error
  const { code, constraint } = identifyCameraError(error, "microphone")
  return microphoneError(code as MicrophoneErrorCode, { cause: error, constraint })
}

/** `undefined` where the browser does not tell. */
async function microphonePermission(): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state
  } catch (error) {
    // A browser without `navigator.permissions`, or without that name in it, says so with a TypeError.
    if (error instanceof TypeError) return undefined
    throw error
  }
}
