import { DarkslideError } from "@darkslide/crypto/errors"

/**
 * The door:
 * - `ROOMS_LINK_MALFORMED`: the text is no invitation.
 * - `ROOMS_LINK_WRONG`: the room is there, but this link does not open it. `ROOMS_LINK_REVOKED`: it did once.
 * - `ROOMS_CODE_WRONG`, `ROOMS_CODE_BURNED`: the code or password is not the one; it died after too many wrong ones.
 * - `ROOMS_PASSWORD_WRONG`: the password does not open this link.
 * - `ROOMS_NOT_FOUND`, `ROOMS_EXPIRED`: the hub knows no such room; its time is over.
 * - `ROOMS_NOBODY_TO_ADMIT`: nobody is there who may let people in. `ROOMS_NOT_ADMITTED`: somebody said no, or nothing.
 * - `ROOMS_FULL`, `ROOMS_LOCKED`: as many as may be there are; nobody new is let in.
 *
 * Inside:
 * - `ROOMS_REMOVED`: a moderator removed this member. `ROOMS_CLOSED`: the room was left, or cleared by its owner.
 * - `ROOMS_SESSION_LOST`: the hub keeps our place no more: we were away for too long, or it began anew. See `comeBack`.
 * - `ROOMS_FORBIDDEN`: this member's role may not do that.
 *
 * Media:
 * - `ROOMS_MEDIA_UNSUPPORTED`: this browser lets nobody seal its frames, or refuses the worker that does.
 * - `ROOMS_INSECURE_CONTEXT`: the page is neither from https nor from localhost: there are no keys and no cameras.
 *
 * The hub and the others:
 * - `ROOMS_UNREACHABLE`: no connection to the hub. `ROOMS_LIMIT_EXCEEDED`: too much or too often (`retryAfterMs`).
 * - `ROOMS_FORGED`: not signed by whom it must be. `ROOMS_MALFORMED`: bytes that are not of the format.
 * - `ROOMS_FORKED`: members were shown different histories: the hub drops, changes, reorders or invents.
 */
export type RoomsErrorCode =
  | "ROOMS_LINK_MALFORMED"
  | "ROOMS_LINK_WRONG"
  | "ROOMS_LINK_REVOKED"
  | "ROOMS_CODE_WRONG"
  | "ROOMS_CODE_BURNED"
  | "ROOMS_PASSWORD_WRONG"
  | "ROOMS_NOT_FOUND"
  | "ROOMS_EXPIRED"
  | "ROOMS_NOBODY_TO_ADMIT"
  | "ROOMS_NOT_ADMITTED"
  | "ROOMS_FULL"
  | "ROOMS_LOCKED"
  | "ROOMS_REMOVED"
  | "ROOMS_CLOSED"
  | "ROOMS_SESSION_LOST"
  | "ROOMS_FORBIDDEN"
  | "ROOMS_MEDIA_UNSUPPORTED"
  | "ROOMS_INSECURE_CONTEXT"
  | "ROOMS_UNREACHABLE"
  | "ROOMS_LIMIT_EXCEEDED"
  | "ROOMS_FORGED"
  | "ROOMS_MALFORMED"
  | "ROOMS_FORKED"

/** What this package throws on bad input, a hub or member that lies, and a door that stays shut. */
export class RoomsError extends DarkslideError<RoomsErrorCode> {
  override readonly name = "RoomsError"
  /** How long to wait before another try, in milliseconds, where that is known. */
  declare readonly retryAfterMs: number | undefined

  constructor(code: RoomsErrorCode, message: string, options: RoomsErrorOptions = {}) {
    super(code, message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

interface RoomsErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined
}
