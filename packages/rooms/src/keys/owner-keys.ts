import {
  fromBase64Url,
  generateKeyPair,
  generateSigningSeed,
  open,
  parseIdentity,
  seal,
  parseRecipient,
  signerFromSeed,
  toBase64Url,
  type Signer,
} from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import { roomIdOf } from "./room-id.ts"
import { roomSecretBytes, type Invite } from "./room-secret.ts"

/** What makes somebody the owner of one room. It is in no link: keep it in the account's keyring. */
export interface OwnerKeys {
  readonly roomId: string
  /** 32 bytes in base64url: the Ed25519 seed. */
  readonly seed: string
  /** `AGE-SECRET-KEY-1…`: opens the room's newest secret, which lies sealed at the hub. */
  readonly identity: string
}

/** Keys of a new room; its id follows from them. */
export function generateOwnerKeys(): OwnerKeys {
  const seed = generateSigningSeed()
  return {
    roomId: roomIdOf(signerFromSeed(seed).publicKey),
    seed: toBase64Url(seed),
    identity: generateKeyPair().toString(),
  }
}

/** @throws CryptoError `CRYPTO_MALFORMED` */
export function ownerSigner(keys: OwnerKeys): Signer {
  return signerFromSeed(fromBase64Url(keys.seed, 32))
}

/** The recipient that each new secret is sealed to. */
export function ownerRecipient(keys: OwnerKeys): string {
  return parseIdentity(keys.identity).recipient.toString()
}

/** A room's secret, as it lies at the hub for an owner who was away. */
export async function sealForOwner(secret: Uint8Array, recipient: string): Promise<Uint8Array> {
  return await seal(secret, { to: [parseRecipient(recipient)] })
}

/** @throws CryptoError when it is not for these keys; RoomsError `ROOMS_MALFORMED` when no secret was sealed. */
export async function openAsOwner(sealed: Uint8Array, keys: OwnerKeys): Promise<Invite> {
  const secret = await open(sealed, { with: [parseIdentity(keys.identity)] })
  if (secret.length !== roomSecretBytes) throw new RoomsError("ROOMS_MALFORMED", "Cannot return: no secret was sealed")
  return { roomId: keys.roomId, secret }
}
