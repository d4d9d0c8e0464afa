import { encodeFields, equalConstantTime, signerFromSeed, verifySignature } from "@darkslide/crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"
import type { Invite } from "../keys/room-secret.ts"

// [Note: Beacons that cannot be linked]
// A server that announces rooms on a network says nothing that outlives a slot of fifteen minutes: the tag is a MAC of the
// slot's number, and the key that signs belongs to the slot too. Both follow from the room's secret: members know them again,
// to all others two slots of one room are as different as two rooms. What stays are the machine's own address and port.

/** How long a beacon is the same, in milliseconds. */
export const beaconSlotMs = 900_000
/** An announcement of another time is not believed, in milliseconds. */
export const announcementMaxAgeMs = 120_000
const tagBytes = 16

/** What a server needs to announce a room for one slot. It cannot enter the room with it, nor announce it in other slots. */
export interface RoomBeacon {
  /** The slot's number: milliseconds since 1970 by {@link beaconSlotMs}, whole ones. */
  readonly slot: number
  /** 16 bytes: by them members know the room again. */
  readonly tag: Uint8Array
  /** 32 bytes: the Ed25519 seed of the slot. */
  readonly seed: Uint8Array
}

/** A beacon as it goes over the network. */
export interface Announcement {
  readonly tag: Uint8Array
  /** Where the server listens. */
  readonly port: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly signature: Uint8Array
  /** Only by explicit choice: what everybody on the network may read, and the id to knock with. */
  readonly shown?: ShownRoom | undefined
}

/** A room that shows itself. */
export interface ShownRoom {
  readonly name: string
  readonly roomId: string
}

/** The beacon of a room at a time. See [Note: Beacons that cannot be linked]. */
export function roomBeacon({ roomId, secret }: Invite, at: number): RoomBeacon {
  const slot = Math.floor(at / beaconSlotMs)
  const key = hkdf(sha256, secret, undefined, encodeFields(domains.beacon, roomId), 32)
  const seed = hkdf(sha256, secret, undefined, encodeFields(domains.beaconSigner, roomId, String(slot)), 32)
  return { slot, tag: hmac(sha256, key, encodeFields(domains.beacon, String(slot))).slice(0, tagBytes), seed }
}

/** Signs a beacon for a place and a time. */
export async function announceBeacon(
  beacon: RoomBeacon,
  place: { readonly port: number; readonly at: number; readonly shown?: ShownRoom | undefined },
): Promise<Announcement> {
  const { port, at, shown } = place
  const unsigned = { tag: beacon.tag, port, at, ...(shown && { shown }) }
  return { ...unsigned, signature: await signerFromSeed(beacon.seed).sign(signedPart(unsigned)) }
}

/** Whether an announcement is of this room: made now, by who has its secret or got the slot's beacon from them. */
export function isOfRoom(announcement: Announcement, invite: Invite, now: number): boolean {
  const { at, tag, signature } = announcement
  if (Math.abs(now - at) > announcementMaxAgeMs) return false
  const beacon = roomBeacon(invite, at)
  if (!equalConstantTime(beacon.tag, tag)) return false
  return verifySignature(signature, signedPart(announcement), signerFromSeed(beacon.seed).publicKey)
}

function signedPart({ tag, port, at, shown }: Omit<Announcement, "signature">): Uint8Array {
  return encodeFields(domains.announcement, tag, port, String(at), shown?.name ?? "", shown?.roomId ?? "")
}
