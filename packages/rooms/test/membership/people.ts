import { generateSigningSeed, signerFromSeed, toBase64Url, type Signer } from "@darkslide/crypto"
import {
  generateOwnerKeys,
  ownerRecipient,
  ownerSigner,
  sealForOwner,
  type OwnerKeys,
} from "../../src/keys/owner-keys.ts"
import { doorSecrets, generateRoomSecret } from "../../src/keys/room-secret.ts"
import { signHead, type Head, type ProvenHead } from "../../src/membership/head.ts"
import { sha256 } from "@noble/hashes/sha2.js"

/** A room with an owner, as far as signatures go. */
export interface TestRoom {
  readonly keys: OwnerKeys
  readonly roomId: string
  readonly owner: Signer
  readonly ownerKey: string
  readonly secret: Uint8Array
  head(changes?: Partial<Head>, signer?: Signer, grant?: Uint8Array): Promise<ProvenHead>
}

export function makePerson(): Signer {
  return signerFromSeed(generateSigningSeed())
}

export function makeRoom(): TestRoom {
  const keys = generateOwnerKeys()
  const owner = ownerSigner(keys)
  const secret = generateRoomSecret()
  return {
    keys,
    roomId: keys.roomId,
    owner,
    ownerKey: toBase64Url(owner.publicKey),
    secret,
    async head(changes = {}, signer = owner, grant = new Uint8Array()) {
      const sealedSecret = await sealForOwner(secret, ownerRecipient(keys))
      const head = await signHead(
        {
          room: keys.roomId,
          owner: toBase64Url(owner.publicKey),
          ownerRecipient: ownerRecipient(keys),
          serial: 0,
          generation: 0,
          staffFrom: 0,
          admission: toBase64Url(doorSecrets({ roomId: keys.roomId, secret }).admission.publicKey),
          sealedSecret: toBase64Url(sha256(sealedSecret)),
          locked: false,
          door: "pair",
          maxMembers: 32,
          ...changes,
        },
        signer,
      )
      return { head, grant, sealedSecret }
    },
  }
}
