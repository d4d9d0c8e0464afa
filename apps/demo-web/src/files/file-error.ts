import { DarkslideError } from "@darkslide/crypto/errors"

/** Why this app takes a file not at all, beside what a `MetadataError` says of its bytes. */
export class FileError extends DarkslideError<"FILE_TOO_LARGE" | "FILE_EMPTY" | "FILE_UNDRAWABLE"> {
  override readonly name = "FileError"
}
