import { toBase64Url } from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import type { GroupMember } from "../group/group-keys.ts"
import { doorSecrets } from "../keys/room-secret.ts"
import { checkGrant, type ProvenGrant } from "../membership/grant.ts"
import { isStaff, mayChat, type Role } from "../membership/roles.ts"
import type { GroupMessage, GroupMessageOf } from "./group-message.ts"
import type { RoomState } from "./room-state.ts"

/** What the layers above are told of words that concern them. */
export interface WordsListener {
  /** A grant to this member came: it may admit from now on, or no more. */
  onOwnGrant(proven: ProvenGrant): void
  onAttempt(attempt: GroupMessageOf<"attempt">): void
}

/** Does what members say, as far as their roles go. What goes beyond throws RoomsError `ROOMS_FORGED`. */
export class RoomWords {
  readonly #state: RoomState
  readonly #ownLeaf: string
  readonly #listener: WordsListener
  readonly #onDue: () => void

  constructor(options: {
    readonly state: RoomState
    readonly ownLeaf: string
    readonly listener: WordsListener
    /** Somebody is to be removed. */
    readonly onDue: () => void
  }) {
    this.#state = options.state
    this.#ownLeaf = options.ownLeaf
    this.#listener = options.listener
    this.#onDue = options.onDue
  }

  hear(sender: GroupMember, say: GroupMessage): void {
    const { events, departing } = this.#state
    const from = this.#state.describe(sender)
    switch (say.k) {
      case "chat":
        if (!mayChat(from.role)) throw notAllowed("chat")
        return events.emit({ type: "chat", from, text: say.text })
      case "app":
        if (say.to && !say.to.includes(this.#ownLeaf)) return
        return events.emit({ type: "message", from, kind: say.kind, value: say.value })
      case "rotate":
      case "settings":
        return this.#takeSettings(from.role, say)
      case "role":
        return this.takeGrant(say)
      case "leaving":
        departing.add(sender.leaf)
        return this.#onDue()
      case "attempt": {
        this.#listener.onAttempt(say)
        const { way, failures, burned } = say
        return events.emit({ type: "attempt_failed", from, way, failures, burned })
      }
    }
  }

  #takeSettings(role: Role, say: GroupMessageOf<"rotate"> | GroupMessageOf<"settings">): void {
    const state = this.#state
    if (!isStaff(role)) throw notAllowed("change the room")
    const proven = { head: say.head, grant: say.grant, sealedSecret: say.sealed }
    if (!state.isHead(proven)) state.takeHead(proven)
    if (say.k === "rotate") this.#takeSecret(say.secret)
    this.tellSettings()
    // Whoever waited with an admission of before needs a new one.
    state.newcomers.clear()
  }

  #takeSecret(secret: Uint8Array): void {
    const state = this.#state
    const { admission } = doorSecrets({ roomId: state.roomId, secret })
    if (toBase64Url(admission.publicKey) !== state.head.admission)
      throw new RoomsError("ROOMS_FORGED", "Cannot take secret: it is not that of the head")
    state.takeSecret(secret)
  }

  tellSettings(): void {
    const { locked, door, generation } = this.#state.head
    this.#state.events.emit({ type: "settings", locked, door, generation })
  }

  /** A grant of the owner's, or of a moderator's to a guest, from whoever brings it. */
  takeGrant(proven: ProvenGrant): void {
    const state = this.#state
    const { owner, staffFrom } = state.head
    const grant = checkGrant(proven, { roomId: state.roomId, owner, staffFrom })
    const member = state.group?.members.find(({ person }) => person === grant.person)
    if (member && grant.by !== owner && isStaff(state.roster.roleOf(member, state.head)))
      throw notAllowed("change the role of staff")
    if (!state.roster.grant(grant, { grant: proven.grant, issuer: proven.issuer }) || !member) return
    state.events.emit({ type: "role_changed", member: state.describe(member) })
    if (member.leaf === this.#ownLeaf) this.#listener.onOwnGrant(proven)
  }
}

function notAllowed(what: string): RoomsError {
  return new RoomsError("ROOMS_FORGED", `Cannot ${what}: the sender's role may not`)
}
