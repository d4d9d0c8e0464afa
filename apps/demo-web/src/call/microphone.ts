import { DarkslideError } from "@darkslide/crypto/errors"

/** A microphone as the browser lists it. Before the first permission both are empty. */
export interface MicrophoneInfo {
  readonly deviceId: string
  readonly label: string
}

/** An open microphone: whoever opened it stops its track. */
export interface Microphone {
  readonly deviceId: string
  readonly stream: MediaStream
  readonly track: MediaStreamTrack
}

export type MicrophoneErrorCode =
  | "MICROPHONE_INSECURE"
  | "MICROPHONE_DENIED"
  | "MICROPHONE_NOT_FOUND"
  | "MICROPHONE_BUSY"
  | "MICROPHONE_ENDED"

export class MicrophoneError extends DarkslideError<MicrophoneErrorCode> {
  override readonly name = "MicrophoneError"
}

/** For talk: the browser takes out echo and noise, and levels the sound. */
const forTalk: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

/** @throws MicrophoneError; the signal's reason (a microphone that opens after that is stopped). */
export async function openMicrophone(options: {
  readonly deviceId?: string | undefined
  readonly signal: AbortSignal
}): Promise<Microphone> {
  const { deviceId, signal } = options
  signal.throwIfAborted()
  if (!globalThis.isSecureContext) throw new MicrophoneError("MICROPHONE_INSECURE", "Cannot open microphone: insecure")
  let stream: MediaStream
  try {
    const audio = deviceId === undefined ? forTalk : { ...forTalk, deviceId: { exact: deviceId } }
    stream = await navigator.mediaDevices.getUserMedia({ audio, video: false })
  } catch (error) {
    throw identifyMicrophoneError(error)
  }
  const [track] = stream.getAudioTracks()
  if (!track) throw new MicrophoneError("MICROPHONE_NOT_FOUND", "Cannot open microphone: it gives no sound")
  if (signal.aborted) {
    track.stop()
    signal.throwIfAborted()
  }
  return { deviceId: track.getSettings().deviceId ?? "", stream, track }
}

export async function listMicrophones(): Promise<readonly MicrophoneInfo[]> {
  const devices = globalThis.isSecureContext ? await navigator.mediaDevices.enumerateDevices() : []
  return devices.filter(({ kind }) => kind === "audioinput").map(({ deviceId, label }) => ({ deviceId, label }))
}

/** What a rejection of getUserMedia means (Media Capture and Streams section 10.2). */
function identifyMicrophoneError(error: unknown): MicrophoneError {
  const name = error instanceof Error ? error.name : ""
  const code =
    name === "NotAllowedError" || name === "SecurityError"
      ? "MICROPHONE_DENIED"
      : name === "NotFoundError" || name === "OverconstrainedError"
        ? "MICROPHONE_NOT_FOUND"
        : "MICROPHONE_BUSY"
  return new MicrophoneError(code, `Cannot open microphone: ${name}`, { cause: error })
}
