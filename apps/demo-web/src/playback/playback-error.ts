import { DarkslideError } from "@darkslide/crypto/errors"

/** What stopped a clip in the service worker. Errors lose their code on the way, so it is made anew here. */
export class PlaybackError extends DarkslideError {
  override readonly name = "PlaybackError"
}
