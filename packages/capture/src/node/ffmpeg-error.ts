import { cameraError } from "../cameras/camera-error.ts"
import type { CameraErrorCode, CaptureError } from "../errors.ts"

/** What ffmpeg's words mean, in the order in which they count. */
const meanings: readonly (readonly [RegExp, CameraErrorCode])[] = [
  [/Permission denied|Operation not permitted/i, "CAPTURE_DENIED_BY_OS"],
  [/401 Unauthorized|403 Forbidden|authorization failed/i, "CAPTURE_DENIED"],
  [/Device or resource busy/i, "CAPTURE_BUSY"],
  [/No such device(?! or)|Input\/output error|Cannot allocate memory/i, "CAPTURE_UNPLUGGED"],
  [
    /No such file or directory|No such device or address|Connection refused|404 Not Found|Name or service not known|No route to host|Network is unreachable/i,
    "CAPTURE_NOT_FOUND",
  ],
  [
    /Inappropriate ioctl|Invalid argument|Unknown input format|Unknown encoder|Invalid data found|Protocol not found|Option .* not found|Not a video capture device/i,
    "CAPTURE_UNSUPPORTED",
  ],
]

/** The camera's error that ffmpeg's last words stand for; `CAPTURE_ENDED` when it gave none of the known ones. */
export function identifyFfmpegError(words: string): CaptureError {
  const code = meanings.find(([pattern]) => pattern.test(words))?.[1] ?? "CAPTURE_ENDED"
  const said = words.trim() === "" ? "ffmpeg ended without a word" : withoutPassword(words.trim())
  return cameraError(code, { cause: new Error(said) })
}

/** ffmpeg repeats addresses with what stands before their `@`. */
function withoutPassword(words: string): string {
  return words.replaceAll(/:\/\/[^\s/@]*@/gu, "://")
}
