import { signerFromSeed, toBase64Url, type Signer } from "@darkslide/crypto"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { roomIdPattern } from "../keys/room-id.ts"
import { deriveFromRoomSecret, type Invite } from "../keys/room-secret.ts"
import { fragmentParts, linkBytes } from "./invite-link.ts"

const seedBytes = 32

/** What lets somebody listen at the hub: the admission key alone. It opens nothing that is said, at the door or inside. */
export interface Tap {
  readonly roomId: string
  /** 32 bytes: the Ed25519 seed of the admission key of this generation. */
  readonly seed: Uint8Array
}

/** What of an invitation leads to the hub, without what leads into the room. */
export function tapOf({ roomId, secret }: Invite): Tap {
  return { roomId, seed: deriveFromRoomSecret(secret, domains.admissionKey, roomId) }
}

/** The fragment of a link for those who only listen: `#3.<room id>.<seed>`. Whoever has it can also knock by a code. */
export function tapFragment({ roomId, seed }: Tap): string {
  return `#3.${roomId}.${toBase64Url(seed)}`
}

/** @throws RoomsError `ROOMS_LINK_MALFORMED` */
export function parseTap(link: string): Tap {
  const [version, roomId = "", seed = "", ...rest] = fragmentParts(link)
  if (version !== "3" || rest.length > 0 || !roomIdPattern.test(roomId))
    throw new RoomsError("ROOMS_LINK_MALFORMED", "Cannot read invitation: not of the form #3.<room>.<seed>")
  return { roomId, seed: linkBytes(seed, seedBytes) }
}

export function tapSigner({ seed }: Tap): Signer {
  return signerFromSeed(seed)
}
