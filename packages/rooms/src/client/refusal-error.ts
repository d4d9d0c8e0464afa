import { RoomsError, type RoomsErrorCode } from "../errors.ts"
import type { Refusal } from "../wire/hub-message.ts"

/** What the hub's refusals are to a caller. The hub may lie about them: they decide what a person is told, no more. */
const codes: Readonly<Record<Refusal, RoomsErrorCode>> = {
  malformed: "ROOMS_MALFORMED",
  "too-large": "ROOMS_LIMIT_EXCEEDED",
  "slow-down": "ROOMS_LIMIT_EXCEEDED",
  "unknown-room": "ROOMS_NOT_FOUND",
  exists: "ROOMS_FORBIDDEN",
  expired: "ROOMS_EXPIRED",
  "wrong-link": "ROOMS_LINK_WRONG",
  revoked: "ROOMS_LINK_REVOKED",
  full: "ROOMS_FULL",
  locked: "ROOMS_LOCKED",
  nobody: "ROOMS_NOBODY_TO_ADMIT",
  "unknown-alias": "ROOMS_NOT_FOUND",
  "unknown-session": "ROOMS_SESSION_LOST",
  taken: "ROOMS_LIMIT_EXCEEDED",
  forbidden: "ROOMS_FORBIDDEN",
  cleared: "ROOMS_EXPIRED",
  failed: "ROOMS_UNREACHABLE",
}

export function refusalError(what: string, refusal: Refusal, retryAfterMs?: number): RoomsError {
  return new RoomsError(codes[refusal], `Cannot ${what}: the hub says ${refusal}`, { retryAfterMs })
}
