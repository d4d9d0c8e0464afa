import type { Head, ProvenHead } from "../membership/head.ts"
import type { RoomRecord } from "./room-log.ts"

/** How many replaced admission keys a hub remembers, to say "revoked" instead of "wrong". */
const keptRevoked = 64

/** What a hub keeps of a checked head; `before` is what it kept so far. */
export function toRecord(
  proven: ProvenHead,
  head: Head,
  before?: { readonly record: RoomRecord; readonly head: Head },
): RoomRecord {
  const isReplaced = before !== undefined && before.head.admission !== head.admission
  const revoked = [...(before?.record.revoked ?? []), ...(isReplaced ? [before.head.admission] : [])]
  return {
    ...proven,
    serial: head.serial,
    revoked: revoked.slice(-keptRevoked),
    ...(head.expiresAt !== undefined && { expiresAt: head.expiresAt }),
  }
}
