import { parseRecipient, type Identity, type Recipient } from "@darkslide/crypto"
import { parseSshRecipient } from "@darkslide/crypto/ssh"
import { RoomsError } from "../errors.ts"
import type { RoomMember } from "../room/events.ts"
import { mayReceiveItems } from "../membership/roles.ts"

/** Who opens items, with the recipient that others seal to: `generateKeyPair()`, or a key of `@darkslide/crypto/ssh`. */
export interface ChannelIdentity extends Identity {
  /** Prints as `age1…`, `ssh-ed25519 AAAA…` or `ssh-rsa AAAA…`. */
  readonly recipient: Recipient & { toString(): string }
}

/** Which key each member told to seal to. */
export class Recipients {
  readonly #byLeaf = new Map<string, Recipient>()

  /** @throws RoomsError `ROOMS_MALFORMED` for a text that is no such key. */
  take(leaf: string, text: string): void {
    this.#byLeaf.set(leaf, parse(text))
  }

  forget(leaf: string): void {
    this.#byLeaf.delete(leaf)
  }

  has({ leaf }: RoomMember): boolean {
    return this.#byLeaf.has(leaf)
  }

  /** Of those members who may receive. */
  of(members: readonly RoomMember[]): readonly Recipient[] {
    return members.flatMap(({ leaf, role }) => (mayReceiveItems(role) ? (this.#byLeaf.get(leaf) ?? []) : []))
  }
}

function parse(text: string): Recipient {
  try {
    return text.startsWith("ssh-") ? parseSshRecipient(text) : parseRecipient(text)
  } catch (cause) {
    throw new RoomsError("ROOMS_MALFORMED", "Cannot take key of member: no recipient", { cause })
  }
}
