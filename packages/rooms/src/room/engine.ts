import { randomBytes, toBase64Url } from "@darkslide/crypto"
import type { ConnectionState, HubSession } from "../client/hub-session.ts"
import { RoomsError } from "../errors.ts"
import type { GroupCandidate, GroupChange, GroupKeys, GroupKeysProvider } from "../group/group-keys.ts"
import { roomCodeOf } from "../group/room-code.ts"
import { doorSecrets } from "../keys/room-secret.ts"
import { checkHead } from "../membership/head.ts"
import { isStaff } from "../membership/roles.ts"
import type { HubMessage, HubMessageOf } from "../wire/hub-message.ts"
import { fromWireHead } from "../wire/wire-head.ts"
import { Committer } from "./committer.ts"
import { notePeople, notePresent } from "./presence.ts"
import { RoomWords, type WordsListener } from "./room-words.ts"
import { decodeGroupMessage, encodeGroupMessage, type GroupMessage } from "./group-message.ts"
import { encodeGroupBody, encodeLobbyBody, openLobbyBox, readLogBody, type LobbyCommit } from "./log-body.ts"
import type { WireForm } from "./json-message.ts"
import type { RoomState } from "./room-state.ts"

/** What the layers above are told, besides events. */
export interface EngineListener extends WordsListener {
  /** Words of the hub that are not of the log: knocks, and what is told at the door. */
  onDoor(message: HubMessageOf<"knocked"> | HubMessageOf<"told"> | HubMessageOf<"gone">): void
}

/** How long a founder-to-be waits for those who may be there, in milliseconds. */
const foundAfterMs = 1500
/** How far the hub may be behind what members know elsewhere, in milliseconds. */
const withheldAfterMs = 2000

/** Follows the log, keeps the group, and says what happened. Everything that comes is worked on in its order. */
export class Engine {
  readonly state: RoomState
  readonly session: HubSession
  readonly words: RoomWords
  readonly #provider: GroupKeysProvider
  readonly #candidate: GroupCandidate
  readonly #listener: EngineListener
  readonly #committer: Committer
  readonly #ownLeaf: string
  /** Our posts that have not come back: what the hub makes of them is compared. */
  readonly #posts = new Map<string, string>()
  /** What among them was said to all, to tell when it takes its place. */
  readonly #words = new Map<string, { readonly kind: string; readonly value: unknown }>()
  readonly #inside = Promise.withResolvers<void>()
  #queue: Promise<void> = Promise.resolve()
  #last: number
  #isClosed = false
  #foundTimer: ReturnType<typeof setTimeout> | undefined
  readonly #behindTimers = new Set<ReturnType<typeof setTimeout>>()

  constructor(options: {
    readonly state: RoomState
    readonly session: HubSession
    readonly provider: GroupKeysProvider
    readonly candidate: GroupCandidate
    readonly ownLeaf: string
    readonly listener: EngineListener
  }) {
    this.state = options.state
    this.session = options.session
    this.#provider = options.provider
    this.#candidate = options.candidate
    this.#ownLeaf = options.ownLeaf
    const { state, ownLeaf, listener } = options
    this.words = new RoomWords({ state, ownLeaf, listener, onDue: () => this.#committer.check() })
    this.#listener = options.listener
    this.#last = options.session.joined.seq
    this.state.events.position = this.#last
    this.#committer = new Committer(this.state, this.session, (error) => this.#ignore(error))
    this.state.numbers.set(options.ownLeaf, options.session.joined.me)
    this.#inside.promise.catch(() => undefined)
  }

  /**
   * Goes in: is added by those who are there; staff found a group where nobody answers.
   * @throws RoomsError why not.
   */
  async enter(options: { readonly mayFound: boolean; readonly waitMs: number }): Promise<void> {
    const { session, state } = this
    session.run({
      onMessage: (message) => this.#enqueue(() => this.#handle(message)),
      onState: (connection) => this.#onState(connection),
      onEnd: (error) => this.#enqueue(async () => this.close(error)),
    })
    const { present, me } = session.joined
    const isAlone = present.every((number) => number === me)
    if (options.mayFound && isAlone) this.#enqueue(() => this.#found())
    else {
      const keyPackage = toBase64Url(this.#candidate.keyPackage)
      const body = encodeLobbyBody({ k: "package", keyPackage }, state.lobbyKey, state.roomId)
      await this.#post(body)
    }
    this.#foundTimer = setTimeout(
      () => {
        if (options.mayFound) this.#enqueue(() => this.#found())
        else this.close(new RoomsError("ROOMS_NOBODY_TO_ADMIT", "Cannot enter room: nobody there takes us in"))
      },
      options.mayFound ? foundAfterMs : options.waitMs,
    )
    await this.#inside.promise
  }

  /** Says something to all members, in order with everything else. @throws RoomsError `ROOMS_CLOSED` */
  async say(message: WireForm<GroupMessage>): Promise<void> {
    // In turn with what comes: the position that it names is that of the epoch that it is sealed in.
    const sealed = await this.#inTurn(async () => {
      const { group, chain } = this.state
      if (!group || this.#isClosed) throw new RoomsError("ROOMS_CLOSED", "Cannot say anything: not in the room")
      return await group.seal(encodeGroupMessage(message, chain.position))
    })
    await this.#post(encodeGroupBody(sealed), wordsOf(message))
  }

  /** Removes a member now. It returns when the group has the new keys. */
  async remove(leaf: string): Promise<void> {
    this.state.departing.add(leaf)
    const done = this.#until(() => this.state.memberByLeaf(leaf) === undefined)
    this.#committer.commitNow()
    await done
  }

  /** What another member said of its epoch where the hub has no part in it. */
  hearEpoch({ epoch, code }: { readonly epoch: bigint; readonly code: string }): void {
    const { group } = this.state
    if (!group || this.#isClosed) return
    if (epoch === group.epoch && code !== roomCodeOf(group.authenticator))
      return this.close(forked("another member is in another group"))
    if (epoch <= group.epoch) return
    this.#behindTimers.add(
      setTimeout(() => {
        if ((this.state.group?.epoch ?? epoch) < epoch) this.close(forked("the hub withholds a commit"))
      }, withheldAfterMs),
    )
  }

  /** Ends everything; the first reason counts. */
  close(error?: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#foundTimer)
    for (const timer of this.#behindTimers) clearTimeout(timer)
    this.#committer.stop()
    this.session.close()
    const reason =
      error instanceof RoomsError && error.code !== "ROOMS_CLOSED"
        ? error
        : error === undefined || error instanceof RoomsError
          ? undefined
          : new RoomsError("ROOMS_CLOSED", "Cannot go on: the room was closed", { cause: error })
    this.#inside.reject(error ?? new RoomsError("ROOMS_CLOSED", "Cannot enter room: it was left"))
    this.state.events.emit({ type: "closed", ...(reason && { error: reason }) })
  }

  async #until(isDone: () => boolean): Promise<void> {
    for await (const event of this.state.events.read()) {
      if (event.type === "closed")
        throw event.error ?? new RoomsError("ROOMS_CLOSED", "Cannot go on: the room was left")
      if (isDone()) return
    }
  }

  async #post(body: string, words?: { readonly kind: string; readonly value: unknown }): Promise<void> {
    const id = toBase64Url(randomBytes(16))
    this.#posts.set(id, body)
    if (words) this.#words.set(id, words)
    await this.session.askAs(id, { t: "post", body })
  }

  async #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#queue.then(work)
    this.#queue = turn.then(
      () => undefined,
      () => undefined,
    )
    return await turn
  }

  #enqueue(work: () => Promise<void>): void {
    this.#inTurn(work).catch((error: unknown) => this.#judge(error))
  }

  /** What is forged or malformed is left aside; what shows a fork ends the room. */
  #judge(error: unknown): void {
    if (error instanceof RoomsError && (error.code === "ROOMS_FORGED" || error.code === "ROOMS_MALFORMED"))
      this.#ignore(error)
    else this.close(error)
  }

  #ignore(error: unknown): void {
    if (this.#isClosed) return
    if (error instanceof RoomsError) this.state.events.emit({ type: "ignored", code: error.code })
    else this.close(error)
  }

  #onState(connection: ConnectionState): void {
    this.state.events.emit({ type: "connection", ...connection })
  }

  async #handle(message: HubMessage): Promise<void> {
    if (this.#isClosed) return
    switch (message.t) {
      case "message":
        return await this.#handleEntry(message)
      case "people":
        notePeople(this.state, this.#ownLeaf, message)
        return this.#committer.check()
      case "resumed":
        notePresent(this.state, this.#ownLeaf, message.present)
        return this.#committer.check()
      case "knocked":
      case "told":
      case "gone":
        return this.#listener.onDoor(message)
      case "head":
        return await this.#compareHead(message)
      default:
    }
  }

  async #handleEntry(entry: HubMessageOf<"message">): Promise<void> {
    if (entry.seq !== this.#last + 1) throw forked("the hub left out or repeated a message")
    this.#last = entry.seq
    this.state.events.position = entry.seq
    this.#compareOwn(entry)
    try {
      const body = readLogBody(entry.body)
      if (body.kind === "group") {
        if (this.#posts.delete(entry.id)) this.#tellSent(entry.id)
        else await this.#handleGroup(body.sealed)
        this.state.chain.add(entry)
      } else await this.#handleLobby(entry, body.box)
    } catch (error) {
      this.state.chain.add(entry)
      throw error
    }
  }

  #tellSent(id: string): void {
    const words = this.#words.get(id)
    if (this.#words.delete(id) && words) this.state.events.emit({ type: "sent", ...words })
  }

  #compareOwn({ id, body }: HubMessageOf<"message">): void {
    const posted = this.#posts.get(id)
    if (posted !== undefined && posted !== body) throw forked("the hub changed our words")
  }

  async #handleLobby(entry: HubMessageOf<"message">, box: Uint8Array): Promise<void> {
    const own = this.#committer.takeOwn(entry.id, entry.body)
    if (own) return this.#applyOwn(entry, own.prepared, own.adds)
    const message = openLobbyBox(box, this.state.lobbyKeys, this.state.roomId)
    if (message.k === "package") {
      this.#posts.delete(entry.id)
      await this.#handlePackage(message.keyPackage, entry.from)
      this.state.chain.add(entry)
    } else await this.#handleCommit(entry, message)
  }

  async #handlePackage(keyPackage: Uint8Array, number: number): Promise<void> {
    const { state } = this
    const facts = await this.#provider.readKeyPackage(keyPackage, state.roomId)
    if (facts.leaf === this.#ownLeaf) return
    if (!this.#mayEnter(facts)) throw new RoomsError("ROOMS_FORGED", "Cannot add member: its admission holds no more")
    state.newcomers.set(facts.leaf, { keyPackage, leaf: facts.leaf, number })
    this.#committer.check()
  }

  /** Whether an admission holds now: of this generation, or a standing one that was not taken back. */
  #mayEnter(facts: GroupChange["added"][number]): boolean {
    const { head, group } = this.state
    const { grant, leaf } = facts
    if (group && (group.members.some((member) => member.leaf === leaf) || group.members.length >= head.maxMembers))
      return false
    if (grant.by === head.owner && isStaff(grant.role))
      return grant.role === "owner" || grant.generation >= head.staffFrom
    return !head.locked && grant.generation === head.generation
  }

  async #handleCommit(entry: HubMessageOf<"message">, message: LobbyCommit): Promise<void> {
    const { state } = this
    const { group } = state
    const isForUs = message.adds.includes(this.#ownLeaf) && message.welcome !== undefined
    if (isForUs && (!group || group.members.length === 1) && message.welcome)
      return this.#welcomed(entry, await this.#candidate.join(message.welcome), message)
    if (!group) return
    const result = await group.process(message.commit, (change) => change.added.every((facts) => this.#mayEnter(facts)))
    if (result.kind === "refused") throw new RoomsError("ROOMS_FORGED", "Cannot follow commit: it may not be")
    this.#committer.lose()
    if (result.kind === "removed") {
      const by = state.describe(result.change.by)
      return this.close(new RoomsError("ROOMS_REMOVED", `Cannot stay: removed from the room by a ${by.role}`))
    }
    this.#changed(entry, result.change)
  }

  #applyOwn(entry: HubMessageOf<"message">, prepared: { readonly apply: () => void }, adds: readonly string[]): void {
    const { group, self } = this.state
    if (!group || !self) return
    const before = group.members
    prepared.apply()
    const left = before.filter(({ leaf }) => this.state.memberByLeaf(leaf) === undefined)
    const added = group.members.filter(({ leaf }) => adds.includes(leaf))
    this.#changed(entry, { by: self, added, removed: left })
  }

  /** The group moved to a new epoch. */
  #changed(entry: HubMessageOf<"message">, change: GroupChange): void {
    const { state } = this
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
    this.#committer.check()
  }

  #welcomed(entry: HubMessageOf<"message">, group: GroupKeys, message: LobbyCommit): void {
    const { state } = this
    state.group = group
    state.newcomers.clear()
    for (const [leafIndex, number] of message.numbers ?? []) {
      const member = group.members.find((candidate) => candidate.leafIndex === leafIndex)
      if (member) state.numbers.set(member.leaf, number)
    }
    for (const proven of message.roles ?? []) this.words.takeGrant(proven)
    state.chain.begin(group.groupId, group.epoch, entry.body)
    this.#enter(group)
  }

  async #found(): Promise<void> {
    if (this.state.group || this.#isClosed) return
    const group = await this.#candidate.found()
    this.state.group = group
    this.state.chain.begin(group.groupId, group.epoch, "")
    this.#enter(group)
    this.#committer.check()
  }

  #enter(group: GroupKeys): void {
    clearTimeout(this.#foundTimer)
    this.#inside.resolve()
    this.#tellEpoch(group)
  }

  #tellEpoch(group: GroupKeys): void {
    this.state.events.emit({ type: "epoch", epoch: group.epoch, code: roomCodeOf(group.authenticator) })
  }

  async #handleGroup(sealed: Uint8Array): Promise<void> {
    const { group, chain } = this.state
    if (!group) return
    const { sender, plaintext, epoch } = await group.open(sealed)
    const { at, say } = decodeGroupMessage(plaintext)
    if (at.epoch !== String(epoch)) throw new RoomsError("ROOMS_FORGED", "Cannot trust message: of another epoch")
    if (!chain.agrees(at)) throw forked("members were shown different messages")
    this.words.hear(sender, say)
  }

  /**
   * The group hears of a new head from its members, before the hub does; what the hub shows is checked, so that it cannot
   * show an older one. Once it has the one that we have, it wants to see that we have the secret.
   */
  async #compareHead(message: HubMessageOf<"head">): Promise<void> {
    const { state } = this
    const proven = fromWireHead(message)
    if (!state.isHead(proven)) checkHead(proven, state.roomId, state.head)
    else if (state.lobbyKeys.length > 1) await this.session.renew(doorSecrets(state.invite).admission)
  }
}

function wordsOf(message: WireForm<GroupMessage>): { readonly kind: string; readonly value: unknown } | undefined {
  if (message.k === "chat") return { kind: "chat", value: message.text }
  return message.k === "app" && !message.to ? { kind: message.kind, value: message.value } : undefined
}

function forked(what: string): RoomsError {
  return new RoomsError("ROOMS_FORKED", `Cannot go on: ${what}`)
}
