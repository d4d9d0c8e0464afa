import { randomBytes, sha256, toBase64Url } from "@darkslide/crypto"
import { HubLine } from "../client/hub-line.ts"
import { generateOwnerKeys, ownerRecipient, ownerSigner, sealForOwner, type OwnerKeys } from "../keys/owner-keys.ts"
import { toWireHead } from "../wire/wire-head.ts"
import { doorSecrets, generateRoomSecret } from "../keys/room-secret.ts"
import { checkHead, signHead, type Door } from "../membership/head.ts"
import { beginVisit, enterAsOwner, type VisitOptions } from "./join-room.ts"
import type { Room } from "./room.ts"

export interface CreateRoomOptions extends VisitOptions {
  /** Default `pair`: who has the link is let in as the second; from the third on somebody is asked. */
  readonly door?: Door | undefined
  /** From 1 to 1,024. Default 32. */
  readonly maxMembers?: number | undefined
  /** Milliseconds since 1970; the hub deletes the room then. Default: never. */
  readonly expiresAt?: number | undefined
}

/**
 * Makes a room and goes in.
 * @returns the room, and the keys of its owner: keep them, they are in no link.
 * @throws RoomsError `ROOMS_UNREACHABLE`, `ROOMS_LIMIT_EXCEEDED`; the signal's reason.
 */
export async function createRoom(
  options: CreateRoomOptions,
): Promise<{ readonly room: Room; readonly owner: OwnerKeys }> {
  const { door = "pair", maxMembers = 32, expiresAt } = options
  const visit = await beginVisit(options)
  const owner = generateOwnerKeys()
  const invite = { roomId: owner.roomId, secret: generateRoomSecret() }
  const signer = ownerSigner(owner)
  const recipient = ownerRecipient(owner)
  const sealedSecret = await sealForOwner(invite.secret, recipient)
  const document = await signHead(
    {
      room: owner.roomId,
      owner: toBase64Url(signer.publicKey),
      ownerRecipient: recipient,
      serial: 0,
      generation: 0,
      staffFrom: 0,
      admission: toBase64Url(doorSecrets(invite).admission.publicKey),
      sealedSecret: toBase64Url(sha256(sealedSecret)),
      locked: false,
      door,
      maxMembers,
      ...(expiresAt !== undefined && { expiresAt }),
    },
    signer,
  )
  const proven = { head: document, grant: new Uint8Array(), sealedSecret }
  const line = await HubLine.open(options.transport, visit.signal)
  try {
    line.say({ t: "create", id: toBase64Url(randomBytes(16)), ...toWireHead(proven) })
    await line.expect(["done"], "make room")
  } finally {
    line.close()
  }
  const room = await enterAsOwner(visit, { invite, head: checkHead(proven, owner.roomId), owner })
  return { room, owner }
}
