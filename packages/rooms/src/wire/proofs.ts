import { encodeFields, fromBase64Url } from "@darkslide/crypto"
import { domains } from "../domains.ts"

/** What the admission key signs: this room, this connection of ours, this greeting of the hub's. */
export function joinProof(roomId: string, nonce: string, key: string): Uint8Array {
  return encodeFields(domains.hubJoin, roomId, fromBase64Url(nonce, 32), fromBase64Url(key, 32))
}

/** What the connection key signs to take its session up again. */
export function resumeProof(roomId: string, nonce: string, token: string, last: number): Uint8Array {
  return encodeFields(domains.hubResume, roomId, fromBase64Url(nonce, 32), fromBase64Url(token, 32), String(last))
}
