import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { sha256 } from "@noble/hashes/sha2.js"
import type { Refusal } from "../wire/hub-message.ts"
import { joinProof, resumeProof } from "../wire/proofs.ts"
import type { ClientMessageOf } from "../wire/client-message.ts"
import { verifyProof } from "./verify-proof.ts"
import type { HubMember, HubRoom } from "./hub-room.ts"

/**
 * Whether the signature is by the room's admission key. Of somebody who holds an older secret the hub says so; it learns
 * nothing more about anybody.
 */
export async function checkAdmission(
  room: HubRoom,
  { key, sig }: { readonly key: string; readonly sig: string },
  nonce: string,
): Promise<Refusal | undefined> {
  const proof = joinProof(room.id, nonce, key)
  const signature = fromBase64Url(sig, 64)
  if (await verifyProof(signature, proof, fromBase64Url(room.head.admission, 32))) return undefined
  for (const admission of room.record.revoked.toReversed())
    if (await verifyProof(signature, proof, fromBase64Url(admission, 32))) return "revoked"
  return "wrong-link"
}

/** The session that a resume message proves to own. Nothing is touched before this. */
export async function findSession(
  room: HubRoom,
  { token, last, sig }: ClientMessageOf<"resume">,
  nonce: string,
): Promise<HubMember | undefined> {
  const tokenHash = hashToken(token)
  const member = [...room.members.values()].find((candidate) => candidate.tokenHash === tokenHash)
  if (member === undefined) return undefined
  const proof = resumeProof(room.id, nonce, token, last)
  return (await verifyProof(fromBase64Url(sig, 64), proof, member.key)) ? member : undefined
}

/** Tokens are kept as hashes: who reads the hub's memory or its log takes no session over. */
export function hashToken(token: string): string {
  return toBase64Url(sha256(fromBase64Url(token, 32)))
}
