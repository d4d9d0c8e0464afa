import type { Signer } from "@darkslide/crypto"
import { signGrant, type ProvenGrant } from "../membership/grant.ts"
import type { Role } from "../membership/roles.ts"

/** What lets somebody admit others: the owner key, or a key with the owner's standing grant. */
export interface Authority {
  readonly signer: Signer
  /** The standing grant; empty for the owner. */
  readonly proof: Uint8Array
  readonly isOwner: boolean
}

/** Lets one visit of a person in. Only the owner gives standing grants and the right to admit. */
export async function admit(
  authority: Authority,
  visit: {
    readonly room: string
    readonly person: string
    readonly leaf: string
    readonly role: Role
    readonly generation: number
  },
): Promise<ProvenGrant> {
  const grant = await signGrant({ ...visit, admits: false, serial: 0 }, authority.signer)
  return { grant, issuer: authority.proof }
}

/** The owner's grant to a person, for all visits to come. */
export async function appoint(
  owner: Signer,
  facts: {
    readonly room: string
    readonly person: string
    readonly role: Role
    readonly admits: boolean
    readonly generation: number
  },
): Promise<Uint8Array> {
  return await signGrant({ ...facts, serial: Date.now() }, owner)
}
