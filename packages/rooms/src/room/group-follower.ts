import { RoomsError } from "../errors.ts"
import type { GroupCandidate, GroupChange, GroupKeys, GroupKeysProvider } from "../group/group-keys.ts"
import { roomCodeOf } from "../group/room-code.ts"
import type { ProvenGrant } from "../membership/grant.ts"
import { isStaff } from "../membership/roles.ts"
import type { HubMessageOf } from "../wire/hub-message.ts"
import type { Committer } from "./committer.ts"
import { openLobbyBox, type LobbyCommit } from "./log-body.ts"
import type { OwnPosts } from "./own-posts.ts"
import type { RoomState } from "./room-state.ts"
import type { RoomWords } from "./room-words.ts"

export interface GroupFollowerOptions {
  readonly state: RoomState
  readonly provider: GroupKeysProvider
  readonly candidate: GroupCandidate
  readonly ownLeaf: string
  readonly committer: Committer
  readonly posts: OwnPosts
  readonly words: RoomWords
  /** We are in the group: founded, or welcomed. */
  readonly onInside: () => void
  /** Something was not believed, and changed nothing. */
  readonly onIgnored: (error: unknown) => void
  /** We are in it no more. */
  readonly onRemoved: (error: RoomsError) => void
}

/** Keeps the group as the log says: who asks to be added, who is, and who is removed, as far as it may be. */
export class GroupFollower {
  readonly #options: GroupFollowerOptions

  constructor(options: GroupFollowerOptions) {
    this.#options = options
  }

  /** Starts a group with us alone in it, unless we are in one. */
  async found(): Promise<void> {
    const { state, candidate, committer } = this.#options
    if (state.group) return
    const group = await candidate.found()
    state.group = group
    state.chain.begin(group.groupId, group.epoch, "")
    this.#enter(group)
    committer.check()
  }

  /** An entry under the lobby key. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED`, `ROOMS_FORKED` */
  async take(entry: HubMessageOf<"message">, box: Uint8Array): Promise<void> {
    const { state, committer, posts } = this.#options
    const own = committer.takeOwn(entry.id, entry.body)
    if (own) return this.#applyOwn(entry, own.prepared, own.adds)
    const message = openLobbyBox(box, state.lobbyKeys, state.roomId)
    if (message.k === "package") {
      posts.take(entry.id)
      await this.#takePackage(message.keyPackage, entry.from)
      state.chain.add(entry)
    } else await this.#takeCommit(entry, message)
  }

  async #takePackage(keyPackage: Uint8Array, number: number): Promise<void> {
    const { state, provider, ownLeaf, committer } = this.#options
    const facts = await provider.readKeyPackage(keyPackage, state.roomId)
    if (facts.leaf === ownLeaf) return
    if (!this.#mayEnter(facts)) throw new RoomsError("ROOMS_FORGED", "Cannot add member: its admission holds no more")
    state.newcomers.set(facts.leaf, { keyPackage, leaf: facts.leaf, number })
    committer.check()
  }

  /** Whether an admission holds now: of this generation, or a standing one that was not taken back. */
  #mayEnter(facts: GroupChange["added"][number]): boolean {
    const { head, group } = this.#options.state
    const { grant, leaf } = facts
    if (group && (group.members.some((member) => member.leaf === leaf) || group.members.length >= head.maxMembers))
      return false
    if (grant.by === head.owner && isStaff(grant.role))
      return grant.role === "owner" || grant.generation >= head.staffFrom
    return !head.locked && grant.generation === head.generation
  }

  async #takeCommit(entry: HubMessageOf<"message">, message: LobbyCommit): Promise<void> {
    const { state, candidate, ownLeaf, committer, onRemoved } = this.#options
    const { group } = state
    const isForUs = message.adds.includes(ownLeaf) && message.welcome !== undefined
    if (isForUs && (!group || group.members.length === 1) && message.welcome)
      return this.#welcomed(entry, await candidate.join(message.welcome), message)
    if (!group) return
    const result = await group.process(message.commit, (change) => change.added.every((facts) => this.#mayEnter(facts)))
    if (result.kind === "refused") throw new RoomsError("ROOMS_FORGED", "Cannot follow commit: it may not be")
    committer.lose()
    if (result.kind === "removed") {
      const by = state.describe(result.change.by)
      return onRemoved(new RoomsError("ROOMS_REMOVED", `Cannot stay: removed from the room by a ${by.role}`))
    }
    this.#changed(entry, result.change)
  }

  #applyOwn(entry: HubMessageOf<"message">, prepared: { readonly apply: () => void }, adds: readonly string[]): void {
    const { state } = this.#options
    const { group, self } = state
    if (!group || !self) return
    const before = group.members
    prepared.apply()
    const left = before.filter(({ leaf }) => state.memberByLeaf(leaf) === undefined)
    const added = group.members.filter(({ leaf }) => adds.includes(leaf))
    this.#changed(entry, { by: self, added, removed: left })
  }

  /** The group moved to a new epoch. */
  #changed(entry: HubMessageOf<"message">, change: GroupChange): void {
    const { state, committer } = this.#options
    const { group } = state
    if (!group) return
    for (const { leaf } of change.added) {
      const newcomer = state.newcomers.get(leaf)
      if (newcomer) state.numbers.set(leaf, newcomer.number)
      state.newcomers.delete(leaf)
    }
    for (const member of change.removed) {
      state.numbers.delete(member.leaf)
      state.departing.delete(member.leaf)
    }
    state.chain.begin(group.groupId, group.epoch, entry.body)
    for (const member of change.removed) {
      const by = state.describe(change.by)
      state.events.emit({ type: "member_left", member: state.describe(member), by })
    }
    for (const { leaf } of change.added) {
      const member = state.memberByLeaf(leaf)
      if (member) state.events.emit({ type: "member_joined", member: state.describe(member) })
    }
    this.#tellEpoch(group)
    committer.check()
  }

  #welcomed(entry: HubMessageOf<"message">, group: GroupKeys, message: LobbyCommit): void {
    const { state } = this.#options
    state.group = group
    state.newcomers.clear()
    for (const [leafIndex, number] of message.numbers ?? []) {
      const member = group.members.find((candidate) => candidate.leafIndex === leafIndex)
      if (member) state.numbers.set(member.leaf, number)
    }
    state.chain.begin(group.groupId, group.epoch, entry.body)
    this.#enter(group)
    for (const proven of message.roles ?? []) this.#takeRole(proven)
  }

  /** One that does not hold is left out: whoever added us may lie, and so may who changed it on its way. */
  #takeRole(proven: ProvenGrant): void {
    const { words, onIgnored } = this.#options
    try {
      words.takeGrant(proven)
    } catch (error) {
      onIgnored(error)
    }
  }

  #enter(group: GroupKeys): void {
    this.#options.onInside()
    this.#tellEpoch(group)
  }

  #tellEpoch(group: GroupKeys): void {
    const { events } = this.#options.state
    events.emit({ type: "epoch", epoch: group.epoch, code: roomCodeOf(group.authenticator) })
  }
}
