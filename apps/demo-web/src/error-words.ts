import { isDarkslideError } from "@darkslide/crypto/errors"
import { errorStrings, tryAgainIn } from "./error-strings.ts"
import { ServerError } from "./http/server-error.ts"
import { PlaybackError } from "./playback/playback-error.ts"

/** What happened, and what the person can do about it. */
export interface ErrorWords {
  readonly code: string
  readonly what: string
  readonly todo: string
}

/** The words for anything that a service rejected with. An error without a known code is told as unexpected. */
export function wordsForError(error: unknown): ErrorWords {
  const words = wordsForCode(codeOf(error))
  if (!(error instanceof ServerError) || error.retryAfterMs === undefined) return words
  return { ...words, todo: tryAgainIn(error.retryAfterMs) }
}

/** The words for a code as it stands in `LibraryItem.refused` or in a problem document. */
export function wordsForCode(code: string): ErrorWords {
  const words = Object.hasOwn(errorStrings, code) ? errorStrings[code] : undefined
  return { code, ...(words ?? errorStrings["UNEXPECTED"]!) }
}

/** An abort is the person's own doing: it needs no words. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError"
}

function codeOf(error: unknown): string {
  // Two vocabularies share this word: to the camera it is a device, to the server a photo.
  const isFromServer = error instanceof ServerError || error instanceof PlaybackError
  if (isFromServer && error.code === "CAPTURE_NOT_FOUND") return "PHOTO_NOT_FOUND"
  if (isDarkslideError(error)) return error.code
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code
  if (error instanceof TypeError && !navigator.onLine) return "OFFLINE"
  return "UNEXPECTED"
}
