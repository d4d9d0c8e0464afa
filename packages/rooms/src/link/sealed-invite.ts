import { open, seal, type Identity, type Recipient } from "@darkslide/crypto"
import type { Invite } from "../keys/room-secret.ts"
import { inviteFragment, parseInvite } from "./invite-link.ts"

/** An invitation as an age file, for accounts that are known: nothing to type, nothing to guess. */
export async function sealInvite(invite: Invite, options: { readonly to: readonly Recipient[] }): Promise<Uint8Array> {
  return await seal(new TextEncoder().encode(inviteFragment(invite)), options)
}

/**
 * @throws CryptoError `CRYPTO_NO_IDENTITY_MATCHED`, `CRYPTO_AUTHENTICATION_FAILED`, `CRYPTO_MALFORMED`; RoomsError
 * `ROOMS_LINK_MALFORMED` when something else was sealed.
 */
export async function openInvite(sealed: Uint8Array, options: { readonly with: readonly Identity[] }): Promise<Invite> {
  return parseInvite(new TextDecoder().decode(await open(sealed, options)))
}
