import { encodeFields, randomBytes, stretchPassword, toBase64Url } from "@darkslide/crypto"
import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import { roomIdPattern } from "../keys/room-id.ts"
import { openBox, sealBox } from "../keys/secret-box.ts"
import { roomSecretBytes, type Invite } from "../keys/room-secret.ts"
import { fragmentParts, linkBytes } from "./invite-link.ts"

const linkKeyBytes = 32
const boxBytes = 24 + roomSecretBytes + 16

/**
 * The fragment of an invitation that needs a password too: `#2.<room id>.<link key>.<box>`. The box holds the secret under
 * HKDF(link key, salt = Argon2id(link key, password)): without the link nothing can be guessed, and with it each guess
 * costs 64 MiB and three passes. About a second outside Node: call it in a worker.
 * @throws RangeError when the password is empty.
 */
export async function passwordLinkFragment({ roomId, secret }: Invite, password: string): Promise<string> {
  if (password === "") throw new RangeError("A password link needs a password")
  const linkKey = randomBytes(linkKeyBytes)
  const box = sealBox(await boxKey(linkKey, roomId, password), secret, encodeFields(domains.passwordLink, roomId))
  return `#2.${roomId}.${toBase64Url(linkKey)}.${toBase64Url(box)}`
}

/**
 * Opens a link that needs a password.
 * @throws RoomsError `ROOMS_LINK_MALFORMED`, `ROOMS_PASSWORD_WRONG`
 */
export async function openPasswordLink(link: string, password: string): Promise<Invite> {
  const [version, roomId = "", key = "", sealed = "", ...rest] = fragmentParts(link)
  if (version !== "2" || rest.length > 0 || !roomIdPattern.test(roomId))
    throw new RoomsError("ROOMS_LINK_MALFORMED", "Cannot read invitation: not of the form #2.<room>.<key>.<box>")
  const linkKey = linkBytes(key, linkKeyBytes)
  const box = linkBytes(sealed, boxBytes)
  const wanted = await boxKey(linkKey, roomId, password)
  try {
    return { roomId, secret: openBox(wanted, box, encodeFields(domains.passwordLink, roomId)) }
  } catch (cause) {
    throw new RoomsError("ROOMS_PASSWORD_WRONG", "Cannot open invitation: another password", { cause })
  }
}

/** Passwords are compared as people read them: in the normal form NFKC. */
async function boxKey(linkKey: Uint8Array, roomId: string, password: string): Promise<Uint8Array> {
  const stretched = await stretchPassword(encodeFields(domains.passwordLink, linkKey, password.normalize("NFKC")))
  return hkdf(sha256, linkKey, stretched, encodeFields(domains.passwordLink, roomId), 32)
}
