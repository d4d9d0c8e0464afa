import { fromBase64Url, signDocument, toBase64Url, type Signer } from "@darkslide/crypto"
import { sha256 } from "@noble/hashes/sha2.js"
import * as z from "zod/mini"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { roomIdOf, roomIdPattern } from "../keys/room-id.ts"
import { checkGrant } from "./grant.ts"
import { isStaff } from "./roles.ts"
import { count, key32, readKept, readSigned } from "./signed.ts"

/** What the hub and the members go by: signed by the owner or a moderator, replaced by a higher serial only. */
export interface Head {
  readonly v: 1
  readonly room: string
  /** The owner key: the room is named after it. */
  readonly owner: string
  /** The age recipient of the owner, to whom each new secret is sealed. */
  readonly ownerRecipient: string
  /** Grows with every head. */
  readonly serial: number
  /** Grows with every new secret. */
  readonly generation: number
  /** Standing grants from before this generation hold no more. */
  readonly staffFrom: number
  /** Public half of the admission key of this generation. */
  readonly admission: string
  /** SHA-256 of the secret of this generation, sealed to the owner: the hub keeps it beside the head. */
  readonly sealedSecret: string
  readonly locked: boolean
  /** `knock`: every newcomer is asked for. `open`: who has the link is let in. `pair`: asked for from the third on. */
  readonly door: Door
  readonly maxMembers: number
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number | undefined
  readonly by: string
}

export type Door = "knock" | "open" | "pair"

const schema: z.ZodMiniType<Head> = z.strictObject({
  v: z.literal(1),
  room: z.string().check(z.regex(roomIdPattern)),
  owner: key32,
  ownerRecipient: z.string().check(z.maxLength(100)),
  serial: count,
  generation: count,
  staffFrom: count,
  admission: key32,
  sealedSecret: key32,
  locked: z.boolean(),
  door: z.enum(["knock", "open", "pair"]),
  maxMembers: z.int().check(z.minimum(1), z.maximum(1024)),
  expiresAt: z.optional(count),
  by: key32,
})

/** A head as it travels and is kept: the grant is empty where the owner signed. */
export interface ProvenHead {
  readonly head: Uint8Array
  readonly grant: Uint8Array
  /** The secret of this generation, an age file for the owner. */
  readonly sealedSecret: Uint8Array
}

/** Signs a head; `by` is the signer's key. */
export async function signHead(head: Omit<Head, "v" | "by">, signer: Signer): Promise<Uint8Array> {
  return await signDocument(domains.head, { v: 1, ...head, by: toBase64Url(signer.publicKey) } satisfies Head, signer)
}

/**
 * Checks a head against the room's id: all that the hub needs to know about who may change a room.
 * @param roomId - `undefined` for a room that is being made: its id must follow from the owner key, and that is all.
 * @param previous - The head before, if one was seen: an older one, or another of the same serial, is refused.
 * @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED`
 */
export function checkHead(proven: ProvenHead, roomId: string | undefined, previous?: Head): Head {
  const head = readSigned(domains.head, proven.head, schema, ({ by }) => by)
  if (head.room !== (roomId ?? head.room) || roomIdOf(fromBase64Url(head.owner, 32)) !== head.room)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust head: of another room")
  if (toBase64Url(sha256(proven.sealedSecret)) !== head.sealedSecret)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust head: another sealed secret came with it")
  if (previous) checkFollows(head, previous)
  if (head.by !== head.owner) checkSigner(head, proven.grant, previous ?? head)
  return head
}

/** A head that was checked when it came, from where it was kept. @throws RoomsError `ROOMS_MALFORMED` */
export function readKeptHead({ head }: Pick<ProvenHead, "head">): Head {
  return readKept(head, schema)
}

/** Who is no owner must hold the owner's standing grant as staff, and not have been removed since. */
function checkSigner(head: Head, grant: Uint8Array, known: Head): void {
  const trust = { roomId: head.room, owner: head.owner, staffFrom: Math.max(known.staffFrom, head.staffFrom) }
  const { person, role, leaf } = checkGrant({ grant, issuer: new Uint8Array() }, trust)
  if (person !== head.by || !isStaff(role) || leaf !== undefined)
    throw new RoomsError("ROOMS_FORGED", "Cannot trust head: its signer is no moderator")
}

function checkFollows(head: Head, previous: Head): void {
  const isOlder = head.serial <= previous.serial || head.generation < previous.generation
  // Only the owner decides who is staff, and where the owner's secrets go.
  const isOwners = head.by === head.owner
  const keepsStaff = head.staffFrom === previous.staffFrom && head.ownerRecipient === previous.ownerRecipient
  if (isOlder || head.staffFrom < previous.staffFrom || !(isOwners || keepsStaff))
    throw new RoomsError("ROOMS_FORGED", "Cannot trust head: it does not follow the one before")
}
