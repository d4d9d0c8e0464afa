import { toBase64Url } from "@darkslide/crypto"
import type { ConnectionState, HubSession } from "../client/hub-session.ts"
import { RoomsError } from "../errors.ts"
import type { GroupCandidate, GroupKeysProvider } from "../group/group-keys.ts"
import { doorSecrets } from "../keys/room-secret.ts"
import { checkHead } from "../membership/head.ts"
import type { HubMessage, HubMessageOf } from "../wire/hub-message.ts"
import { fromWireHead } from "../wire/wire-head.ts"
import { Committer } from "./committer.ts"
import { EpochsElsewhere } from "./epochs-elsewhere.ts"
import { forked } from "./forked.ts"
import { GroupFollower } from "./group-follower.ts"
import { decodeGroupMessage, encodeGroupMessage, type GroupMessage } from "./group-message.ts"
import type { WireForm } from "./json-message.ts"
import { encodeGroupBody, encodeLobbyBody, readLogBody } from "./log-body.ts"
import { OwnPosts, type OwnWords } from "./own-posts.ts"
import { notePeople, notePresent } from "./presence.ts"
import type { RoomState } from "./room-state.ts"
import { RoomWords, type WordsListener } from "./room-words.ts"
import { Turns } from "./turns.ts"

/** What the layers above are told, besides events. */
export interface EngineListener extends WordsListener {
  /** Words of the hub that are not of the log: knocks, and what is told at the door. */
  onDoor(message: HubMessageOf<"knocked"> | HubMessageOf<"told"> | HubMessageOf<"gone">): void
}

/** How long a founder-to-be waits for those who may be there, in milliseconds. */
const foundAfterMs = 1500

/** Follows the log and says what happened. Everything that comes is worked on in its order. */
export class Engine {
  readonly state: RoomState
  readonly session: HubSession
  readonly words: RoomWords
  readonly #candidate: GroupCandidate
  readonly #listener: EngineListener
  readonly #committer: Committer
  readonly #group: GroupFollower
  readonly #posts: OwnPosts
  readonly #elsewhere: EpochsElsewhere
  readonly #ownLeaf: string
  readonly #turns = new Turns()
  readonly #inside = Promise.withResolvers<void>()
  #last: number
  #isClosed = false
  #foundTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: {
    readonly state: RoomState
    readonly session: HubSession
    readonly provider: GroupKeysProvider
    readonly candidate: GroupCandidate
    readonly ownLeaf: string
    readonly listener: EngineListener
  }) {
    const { state, session, provider, candidate, ownLeaf, listener } = options
    this.state = state
    this.session = session
    this.#candidate = candidate
    this.#ownLeaf = ownLeaf
    this.#listener = listener
    this.#last = session.joined.seq
    state.events.position = this.#last
    state.numbers.set(ownLeaf, session.joined.me)
    this.#posts = new OwnPosts(session, state.events)
    this.#elsewhere = new EpochsElsewhere(state, (error) => this.close(error))
    const committer = new Committer(state, session, (error) => this.#ignore(error))
    this.#committer = committer
    const words = new RoomWords({ state, ownLeaf, listener, onDue: () => committer.check() })
    this.words = words
    this.#group = new GroupFollower({
      state,
      provider,
      candidate,
      ownLeaf,
      committer,
      words,
      posts: this.#posts,
      onInside: () => {
        clearTimeout(this.#foundTimer)
        this.#inside.resolve()
      },
      onIgnored: (error) => this.#ignore(error),
      onRemoved: (error) => this.close(error),
    })
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
      await this.#posts.post(body)
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
    const sealed = await this.#turns.take(async () => {
      const { group, chain } = this.state
      if (!group || this.#isClosed) throw new RoomsError("ROOMS_CLOSED", "Cannot say anything: not in the room")
      return await group.seal(encodeGroupMessage(message, chain.position))
    })
    await this.#posts.post(encodeGroupBody(sealed), wordsOf(message))
  }

  /** Removes a member now. It returns when the group has the new keys. */
  async remove(leaf: string): Promise<void> {
    this.state.departing.add(leaf)
    const done = this.#until(() => this.state.memberByLeaf(leaf) === undefined)
    this.#committer.commitNow()
    await done
  }

  /** What another member said of its epoch where the hub has no part in it. */
  hearEpoch(heard: { readonly epoch: bigint; readonly code: string }): void {
    if (!this.#isClosed) this.#elsewhere.hear(heard)
  }

  /** Ends everything; the first reason counts. */
  close(error?: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#foundTimer)
    this.#elsewhere.stop()
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

  #enqueue(work: () => Promise<void>): void {
    this.#turns.take(work).catch((error: unknown) => this.#judge(error))
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
    this.#posts.compare(entry)
    try {
      const body = readLogBody(entry.body)
      if (body.kind === "group") {
        if (!this.#posts.take(entry.id)) await this.#handleGroup(body.sealed)
        this.state.chain.add(entry)
      } else await this.#group.take(entry, body.box)
    } catch (error) {
      this.state.chain.add(entry)
      throw error
    }
  }

  async #found(): Promise<void> {
    if (!this.#isClosed) await this.#group.found()
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

function wordsOf(message: WireForm<GroupMessage>): OwnWords | undefined {
  if (message.k === "chat") return { kind: "chat", value: message.text }
  return message.k === "app" && !message.to ? { kind: message.kind, value: message.value } : undefined
}
