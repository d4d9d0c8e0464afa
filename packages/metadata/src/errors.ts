import { DarkslideError } from "@darkslide/crypto/errors"

/**
 * - `METADATA_UNKNOWN_FORMAT`: the first bytes are of no format known here (or of none that was asked for).
 * - `METADATA_MALFORMED`: the container is broken so early that nothing can be read, or so that what lies in it cannot
 *   be told apart for a scrub.
 * - `METADATA_LIMIT_EXCEEDED`: it asks for more than a limit allows.
 * - `METADATA_UNSUPPORTED`: the format is known, but this cannot be done to it without decoding the picture.
 * - `METADATA_SCRUB_INCOMPLETE`: the walk over the scrubbed bytes met a part that should be gone. Nothing is returned.
 * - `METADATA_UNREADABLE`: the Blob could not be read, such as a file that changed on disk.
 */
export type MetadataErrorCode =
  | "METADATA_UNKNOWN_FORMAT"
  | "METADATA_MALFORMED"
  | "METADATA_LIMIT_EXCEEDED"
  | "METADATA_UNSUPPORTED"
  | "METADATA_SCRUB_INCOMPLETE"
  | "METADATA_UNREADABLE"

/** What reading and scrubbing throw on bad input. Messages hold no text from the file. */
export class MetadataError extends DarkslideError<MetadataErrorCode> {
  override readonly name = "MetadataError"
}
