import { encodeFields, sha256 } from "@darkslide/crypto"
import type { CpaceSetting } from "../cpace/cpace.ts"
import { domains } from "../domains.ts"

/** One run of CPace at the door, as both sides know it. */
export interface DoorRun {
  readonly roomId: string
  /** The alias of a code, or `password`. */
  readonly what: string
  /** Connection key of the knocker, base64url. */
  readonly knocker: string
  /** Numbers of both connections. */
  readonly numbers: { readonly knocker: number; readonly admitter: number }
  /** 16 random bytes of each side. */
  readonly nonces: { readonly knocker: Uint8Array; readonly admitter: Uint8Array }
}

/** docs/formats/rooms.md, "Codes and passwords". Passwords are compared in the normal form NFKC. */
export function doorSetting(password: string, run: DoorRun): CpaceSetting {
  const { roomId, what, knocker, numbers, nonces } = run
  const ends = [String(numbers.knocker), String(numbers.admitter)]
  return {
    password: new TextEncoder().encode(password.normalize("NFKC")),
    channel: encodeFields(domains.cpace, roomId, what, knocker, ...ends),
    sessionId: sha256(encodeFields(domains.cpace, nonces.knocker, nonces.admitter)),
  }
}
