import { parseInvite, type Entry } from "@darkslide/rooms"
import { parseTap, type Tap } from "@darkslide/rooms/channels"

/** What somebody brought to get in. */
export type Brought =
  | { readonly kind: "entry"; readonly entry: Entry }
  /** A link that a password opens: the fragment. */
  | { readonly kind: "password-link"; readonly fragment: string }
  /** A room's name alone: its password is needed. */
  | { readonly kind: "room"; readonly roomId: string }
  | { readonly kind: "tap"; readonly tap: Tap }

/**
 * Reads a pasted link, a code, or a room's name.
 * @throws RoomsError `ROOMS_LINK_MALFORMED`
 */
export function readEntry(pasted: string): Brought {
  const text = pasted.trim()
  if (/^\d{4,9}[- ]?\d{6}$/u.test(text)) return { kind: "entry", entry: { code: text.replace(" ", "-") } }
  const fragment = /#([123]\..*)$/u.exec(text)?.[1]
  if (fragment?.startsWith("3.")) return { kind: "tap", tap: parseTap(`#${fragment}`) }
  if (fragment?.startsWith("2.")) return { kind: "password-link", fragment: `#${fragment}` }
  const roomId = /(?:^|\/)([a-z2-7]{26})$/u.exec(text)?.[1]
  if (fragment === undefined && roomId !== undefined) return { kind: "room", roomId }
  return { kind: "entry", entry: { invite: parseInvite(text) } }
}
