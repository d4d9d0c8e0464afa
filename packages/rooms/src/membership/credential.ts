import { encodeFields, signDocument, toBase64Url, type Signer } from "@darkslide/crypto"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { decodeFields } from "../fields.ts"
import { checkGrant, type Grant, type GrantTrust, type ProvenGrant } from "./grant.ts"
import { key32, readSigned } from "./signed.ts"

// [Note: Credentials]
// The identity in a member's MLS credential is encodeFields(domain, leaf document, grant, issuer's grant): who sits on the
// leaf, under which name, and who let them in. It is in the tree, so a joiner checks everybody who is there already,
// and everybody checks whom a commit adds. The hub can make none, for the room is named after the owner key.

/** That a leaf key is used by a person, who wants to be called so. Signed by the person. */
interface LeafClaim {
  readonly v: 1
  readonly room: string
  /** The owner key of the room. */
  readonly owner: string
  readonly leaf: string
  readonly person: string
  readonly name: string
}

const maxNameLength = 128

const schema: z.ZodMiniType<LeafClaim> = z.strictObject({
  v: z.literal(1),
  room: z.string(),
  owner: key32,
  leaf: key32,
  person: key32,
  name: z.string().check(z.maxLength(maxNameLength)),
})

/** A member as the credential tells it. */
export interface CredentialFacts {
  /** Public key of the person, base64url: the same in all visits of somebody who keeps a key. */
  readonly person: string
  /** Public key of this visit's leaf, base64url. */
  readonly leaf: string
  readonly name: string
  readonly grant: Grant
}

/** The person's own part. @throws RangeError when the name has more than 128 UTF-16 units. */
export async function signLeaf(
  claim: { readonly room: string; readonly owner: string; readonly leaf: Uint8Array; readonly name: string },
  person: Signer,
): Promise<Uint8Array> {
  const { room, owner, leaf, name } = claim
  if (name.length > maxNameLength) throw new RangeError(`A name has at most ${maxNameLength} characters`)
  const value: LeafClaim = {
    v: 1,
    room,
    owner,
    leaf: toBase64Url(leaf),
    person: toBase64Url(person.publicKey),
    name,
  }
  return await signDocument(domains.leaf, value, person)
}

/** Who asks to be let in. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
export function readLeaf(document: Uint8Array, roomId: string): LeafClaim {
  const claim = readSigned(domains.leaf, document, schema, ({ person }) => person)
  if (claim.room !== roomId) throw new RoomsError("ROOMS_FORGED", "Cannot trust leaf: of another room")
  return claim
}

/** See [Note: Credentials]. */
export function encodeCredential(leaf: Uint8Array, { grant, issuer }: ProvenGrant): Uint8Array {
  return encodeFields(domains.credential, leaf, grant, issuer)
}

/** The grant in a credential, with its proof. @throws RoomsError `ROOMS_MALFORMED` */
export function grantIn(credential: Uint8Array): ProvenGrant {
  const [, , grant = new Uint8Array(), issuer = new Uint8Array()] = decodeFields(credential, 4)
  return { grant, issuer }
}

/**
 * Checks a credential for the leaf key that it is shown with.
 * @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED`
 */
export function checkCredential(
  credential: Uint8Array,
  leafKey: Uint8Array,
  trust: Omit<GrantTrust, "owner">,
): CredentialFacts {
  const [domain, document = new Uint8Array()] = decodeFields(credential, 4)
  if (new TextDecoder().decode(domain) !== domains.credential)
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read credential: of another kind")
  const claim = readLeaf(document, trust.roomId)
  const grant = checkGrant(grantIn(credential), { ...trust, owner: claim.owner })
  if (claim.leaf !== toBase64Url(leafKey) || (grant.leaf ?? claim.leaf) !== claim.leaf || grant.person !== claim.person)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust credential: the grant is for another leaf or person")
  return { person: claim.person, leaf: claim.leaf, name: claim.name, grant }
}
