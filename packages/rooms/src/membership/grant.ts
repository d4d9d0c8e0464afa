import { fromBase64Url, signDocument, toBase64Url, type Signer } from "@darkslide/crypto"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { roomIdOf } from "../keys/room-id.ts"
import { guestRoles, isStaff, roles, type Role } from "./roles.ts"
import { count, key32, readSigned } from "./signed.ts"

/** That a person has a role in a room. Signed by the owner, or for guests by somebody who may admit. */
export interface Grant {
  readonly v: 1
  readonly room: string
  /** Public key of the person. */
  readonly person: string
  /** The leaf key it is for: one visit. Absent in a standing grant of the owner's, which holds for any visit. */
  readonly leaf?: string | undefined
  readonly role: Role
  /** Whether the person may let others in. Only the owner grants that. */
  readonly admits: boolean
  /** The generation of the room's secret that it was made in. */
  readonly generation: number
  /** Grows with each grant to the same person: the highest holds. */
  readonly serial: number
  /** Public key of the signer: the owner key, or the key of a person with a standing grant. */
  readonly by: string
}

const schema: z.ZodMiniType<Grant> = z.strictObject({
  v: z.literal(1),
  room: z.string(),
  person: key32,
  leaf: z.optional(key32),
  role: z.enum(roles),
  admits: z.boolean(),
  generation: count,
  serial: count,
  by: key32,
})

/** A grant with what proves it, as it travels: the issuer's own grant is empty where the owner signed. */
export interface ProvenGrant {
  readonly grant: Uint8Array
  readonly issuer: Uint8Array
}

/** Signs a grant. `by` is taken from the signer. */
export async function signGrant(grant: Omit<Grant, "v" | "by">, signer: Signer): Promise<Uint8Array> {
  const { room, person, leaf, role, admits, generation, serial } = grant
  const value: Grant = {
    v: 1,
    room,
    person,
    ...(leaf !== undefined && { leaf }),
    role,
    admits,
    generation,
    serial,
    by: toBase64Url(signer.publicKey),
  }
  return await signDocument(domains.grant, value, signer)
}

/** What a grant is checked against. */
export interface GrantTrust {
  readonly roomId: string
  /** The owner key; it must be the one that the room is named after. */
  readonly owner: string
  /** Standing grants of earlier generations hold no more. Default 0. */
  readonly staffFrom?: number | undefined
}

/**
 * Checks a grant, and the grant of who gave it.
 * @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED`
 */
export function checkGrant(proven: ProvenGrant, trust: GrantTrust): Grant {
  if (roomIdOf(fromBase64Url(trust.owner, 32)) !== trust.roomId)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust grant: the room is not named after this owner")
  const grant = readSigned(domains.grant, proven.grant, schema, ({ by }) => by)
  if (grant.room !== trust.roomId) throw new RoomsError("ROOMS_FORGED", "Cannot trust grant: of another room")
  if (grant.by === trust.owner) return checkStanding(grant, trust)
  const issuer = readSigned(domains.grant, proven.issuer, schema, () => trust.owner)
  const isIssuer =
    issuer.room === trust.roomId &&
    issuer.person === grant.by &&
    issuer.leaf === undefined &&
    issuer.admits &&
    issuer.generation >= (trust.staffFrom ?? 0)
  const isGuest = guestRoles.includes(grant.role) && !grant.admits && grant.leaf !== undefined
  if (!isIssuer || !isGuest)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust grant: its signer may not give this role")
  return grant
}

function checkStanding(grant: Grant, { staffFrom = 0 }: GrantTrust): Grant {
  if (grant.leaf === undefined && isStaff(grant.role) && grant.role !== "owner" && grant.generation < staffFrom)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust grant: taken back by the owner")
  return grant
}
