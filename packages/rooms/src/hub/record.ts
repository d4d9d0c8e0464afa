import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { checkHead, type Head, type ProvenHead } from "../membership/head.ts"
import type { RoomRecord } from "./room-log.ts"

/** A head as messages carry it. */
export interface WireHead {
  readonly head: string
  readonly grant: string
  readonly sealed: string
}

/** How many replaced admission keys a hub remembers, to say "revoked" instead of "wrong". */
const keptRevoked = 64

export function toWireHead(record: RoomRecord): WireHead {
  return {
    head: toBase64Url(record.head),
    grant: toBase64Url(record.grant),
    sealed: toBase64Url(record.sealedSecret),
  }
}

/** @throws CryptoError `CRYPTO_MALFORMED` when it is not canonical base64url. */
export function fromWireHead({ head, grant, sealed }: WireHead): ProvenHead {
  return { head: fromBase64Url(head), grant: fromBase64Url(grant), sealedSecret: fromBase64Url(sealed) }
}

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

/** The head of a room that the hub itself keeps. */
export function headOf(record: RoomRecord, room: string): Head {
  return checkHead(record, room)
}
