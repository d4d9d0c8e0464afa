import { isDarkslideError } from "@darkslide/crypto/errors"
import { errorStrings } from "./error-strings.ts"

/** What happened, and what the person can do about it. */
export interface ErrorWords {
  readonly code: string
  readonly what: string
  readonly todo: string
}

/** The words for anything that a service rejected with. An error without a known code is told as unexpected. */
export function wordsForError(error: unknown): ErrorWords {
  return wordsForCode(codeOf(error))
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
  if (isDarkslideError(error)) return error.code
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code
  if (error instanceof TypeError && navigator.onLine === false) return "OFFLINE"
  return "UNEXPECTED"
}
