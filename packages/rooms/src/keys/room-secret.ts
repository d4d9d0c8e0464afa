import { encodeFields, randomBytes, signerFromSeed, type Signer } from "@darkslide/crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"

/** What opens a room's door. Everyone who ever had the link of this generation holds it: the door, and no more. */
export interface Invite {
  readonly roomId: string
  /** 32 bytes, replaced when somebody is kicked or the link is revoked. */
  readonly secret: Uint8Array
}

/** What a room secret gives. No media key is among them. */
export interface DoorSecrets {
  /** Proves to the hub that this is no stranger; the hub knows the public half. */
  readonly admission: Signer
  /** 32 bytes: seals knocks, key packages and commits against the hub. */
  readonly lobbyKey: Uint8Array
}

export const roomSecretBytes = 32

export function generateRoomSecret(): Uint8Array {
  return randomBytes(roomSecretBytes)
}

/** docs/formats/rooms.md, "Keys": HKDF-SHA-256 without a salt, the room's id in the info. */
export function doorSecrets({ roomId, secret }: Invite): DoorSecrets {
  if (secret.length !== roomSecretBytes) throw new RangeError(`A room secret has ${roomSecretBytes} bytes`)
  return {
    admission: signerFromSeed(deriveFromRoomSecret(secret, domains.admissionKey, roomId)),
    lobbyKey: deriveFromRoomSecret(secret, domains.lobbyKey, roomId),
  }
}

/** 32 bytes of the room secret for one purpose. */
export function deriveFromRoomSecret(secret: Uint8Array, domain: string, roomId: string): Uint8Array {
  return hkdf(sha256, secret, undefined, encodeFields(domain, roomId), 32)
}
