import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import { roomIdPattern } from "../keys/room-id.ts"
import { roomSecretBytes, type Invite } from "../keys/room-secret.ts"

/**
 * The fragment of an invitation: `#1.<room id>.<secret>`. Browsers do not send fragments; still set
 * `Referrer-Policy: no-referrer`, and read it by {@link takeInvite}, so that it does not stay in the address.
 *
 * @example
 * ```ts
 * const invite = { roomId: "gr2q7gf5lh6pzfdnurnkvputhp", secret: new Uint8Array(32) }
 * const link = "https://example.org/rooms" + inviteFragment(invite)
 * assert.deepEqual(parseInvite(link), invite)
 * ```
 */
export function inviteFragment({ roomId, secret }: Invite): string {
  return `#1.${roomId}.${toBase64Url(secret)}`
}

/**
 * The invitation in a link, or in its fragment alone.
 * @throws RoomsError `ROOMS_LINK_MALFORMED`
 */
export function parseInvite(link: string): Invite {
  const [version, roomId = "", secret = "", ...rest] = fragmentParts(link)
  if (version !== "1" || rest.length > 0 || !roomIdPattern.test(roomId))
    throw new RoomsError("ROOMS_LINK_MALFORMED", "Cannot read invitation: not of the form #1.<room>.<secret>")
  return { roomId, secret: linkBytes(secret, roomSecretBytes) }
}

/** The parts of a link's fragment, split at dots. */
export function fragmentParts(link: string): readonly string[] {
  return link.slice(link.indexOf("#") + 1).split(".")
}

/** @throws RoomsError `ROOMS_LINK_MALFORMED` */
export function linkBytes(text: string, length: number): Uint8Array {
  try {
    return fromBase64Url(text, length)
  } catch (cause) {
    throw new RoomsError("ROOMS_LINK_MALFORMED", "Cannot read invitation: a part of it is damaged", { cause })
  }
}

/** A page's address bar and history: `window` is one. */
export interface AddressBar {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string }
  readonly history: { readonly state: unknown; replaceState(state: unknown, unused: string, url: string): void }
}

/**
 * Reads the fragment of the page's address, once, and removes it from the address and the history entry, so that it does
 * not travel on with screenshots, syncing and error reports.
 * @returns the fragment, for {@link parseInvite}, `openPasswordLink` or `parseTap`; `undefined` when there is none of an invitation.
 */
export function takeInvite(page: AddressBar): string | undefined {
  const { hash, pathname, search } = page.location
  if (!/^#[123]\./u.test(hash)) return undefined
  page.history.replaceState(page.history.state, "", pathname + search)
  return hash
}
