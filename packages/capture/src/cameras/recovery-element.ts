/** The elements by which a browser itself offers the camera: a press on one asks again even after a no. */
export type RecoveryElementName = "camera" | "usermedia"

/**
 * Which element can be offered where permission was denied: `<camera>`, else `<usermedia>` (which may ask for the
 * microphone as well unless told what for); `undefined` in browsers that have neither. Once it was pressed and allowed,
 * `openCamera()` works again.
 */
export function recoveryElement(): RecoveryElementName | undefined {
  if ("HTMLCameraElement" in globalThis) return "camera"
  return "HTMLUserMediaElement" in globalThis ? "usermedia" : undefined
}
