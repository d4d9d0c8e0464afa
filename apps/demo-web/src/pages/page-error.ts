import { DarkslideError } from "@darkslide/crypto/errors"

/** Why a page cannot be shown at all. */
export class PageError extends DarkslideError<"PAGE_NOT_LOADED"> {
  override readonly name = "PageError"
}
