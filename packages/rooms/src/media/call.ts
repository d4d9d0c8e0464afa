import { RoomsError } from "../errors.ts"
import { maySend } from "../membership/roles.ts"
import { EventFeed } from "../room/event-feed.ts"
import type { RoomEvent, RoomMember } from "../room/events.ts"
import type { CallRoom } from "./call-room.ts"
import type { CallEvent, CallPerson } from "./call-events.ts"
import type { CallPath, CallVia, CallWay, MediaLink, PathPerson } from "./call-path.ts"
import { callKind, readCallSignal, sources, type Source, type SourceStates } from "./call-signal.ts"
import { CallUpkeep } from "./call-upkeep.ts"
import type { VideoCodec } from "./codec-choice.ts"
import { readEpochKey } from "./epoch-reader.ts"
import { EpochWatch } from "./epoch-watch.ts"
import type { Sending } from "./link-sender.ts"
import { LocalSources } from "./local-sources.ts"
import type { MediaWorker, WorkerNews } from "./media-worker-host.ts"
import type { Quality } from "./quality.ts"
import { remoteStream } from "./remote-stream.ts"

/** How long frames of an epoch are opened after somebody left, and after others came. Milliseconds. */
const keepMs = { left: 2000, joined: 10_000 }

/**
 * A call of a room's members. Every frame is sealed whole under keys of those who are in the room, and opened only by them.
 * What a method cannot do throws RoomsError: `ROOMS_FORBIDDEN` by role, `ROOMS_CLOSED` after the end.
 */
export class Call implements AsyncDisposable {
  readonly #room: CallRoom
  readonly #worker: MediaWorker
  readonly #path: CallPath
  readonly #epochs: EpochWatch
  readonly #events = new EventFeed<CallEvent>("ended")
  readonly #local = new LocalSources((source) => void this.unshare(source))
  readonly #upkeep: CallUpkeep
  #hasSomebodyLeft = false
  #isOver = false

  /** @internal Made by `joinCall`. */
  constructor(options: {
    readonly room: CallRoom
    readonly worker: MediaWorker
    readonly configuration: RTCConfiguration
    readonly codecs: readonly VideoCodec[]
    readonly statisticsMs: number
    readonly via: CallVia
  }) {
    const { room, worker, configuration, codecs, via } = options
    this.#room = room
    this.#worker = worker
    this.#epochs = new EpochWatch(room, () => worker.pause())
    this.#path = via({
      room,
      worker,
      configuration,
      codecs,
      sending: () => this.#local.sending,
      states: () => this.#local.states,
      listener: {
        onJoined: (person) => this.#tell(person, (member) => ({ type: "person_joined", member })),
        onLeft: (person) => this.#tell(person, (member) => ({ type: "person_left", member })),
        onState: (person) => this.#tell(person, (member) => ({ type: "link", member, state: person.state })),
        onReceived: (person, received) =>
          this.#tell(person, (member) => ({ type: "stream", member, ...remoteStream(person, received) })),
        onEnded: (person, { source }) => this.#tell(person, (member) => ({ type: "stream_ended", member, source })),
        onStates: (person, before) => this.#tellStates(person, before),
        onWord: (_, word) => this.#epochs.hear(word),
        onRefused: (member, error) => this.#events.emit({ type: "ignored", member: this.#memberOf({ member }), error }),
        onWay: () => this.#events.emit({ type: "way", way: this.#path.way }),
        onFailed: (error) => this.#end(error),
      },
    })
    this.#upkeep = new CallUpkeep(this.#path, worker, {
      statisticsMs: options.statisticsMs,
      onFault: ({ link, source, way, kind }) => {
        const type = kind === "leak" ? "leak_prevented" : "repaired"
        const member = this.#memberBehind(link)
        if (member) this.#events.emit({ type, member, source, way })
        return this.#local.sending.get(source)
      },
      onStatistics: (links) => {
        const people = links.flatMap(({ link, figures }) => {
          const member = this.#memberBehind(link)
          return member ? [{ member, ...figures }] : []
        })
        this.#events.emit({ type: "statistics", people })
      },
      onFailed: (error) => this.#end(error),
    })
  }

  /** @internal For tests that break a call. */
  static pathOf(call: Call): CallPath {
    return call.#path
  }

  get people(): readonly CallPerson[] {
    return this.#path.people.map((person) => ({
      member: this.#memberOf(person),
      state: person.state,
      streams: person.link.received.map((received) => remoteStream(person, received)),
    }))
  }

  /** The way that streams take now. */
  get way(): CallWay {
    return this.#path.way
  }

  /** What we send. */
  get sources(): SourceStates {
    return this.#local.states
  }

  /** What happens from this call on, `ended` last: as {@link Room.events}. */
  events(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<CallEvent, void> {
    return this.#events.read(options.signal)
  }

  /**
   * Sends a track to everybody, or another in the place of the one before: another camera. It stays the caller's to stop;
   * when it ends, it is withdrawn. Resolves once everybody who is there is sent it.
   * @throws TypeError for sound as a picture; RangeError for a quality that is none.
   */
  async share(source: Source, track: MediaStreamTrack, quality?: Quality): Promise<void> {
    this.#requireOpen("share")
    if (!maySend(this.#room.self.role)) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot share: our role may only watch")
    await this.#send(source, this.#local.put(source, track, quality))
  }

  /** Sends a source no more. Its track is left as it is. */
  async unshare(source: Source): Promise<void> {
    if (this.#isOver || !this.#local.remove(source)) return
    await Promise.all([this.#path.withdraw(source), this.#path.tellStates()])
  }

  /** Sends nothing of a source, not even silence, until `unmute`. */
  async mute(source: Source): Promise<void> {
    this.#requireOpen("mute")
    await this.#send(source, this.#local.change(source, { isMuted: true }))
  }

  async unmute(source: Source): Promise<void> {
    this.#requireOpen("unmute")
    await this.#send(source, this.#local.change(source, { isMuted: false }))
  }

  /** Sets how a source is sent. @throws RangeError */
  async tune(source: Source, quality: Quality): Promise<void> {
    this.#requireOpen("tune")
    await this.#send(source, this.#local.change(source, { quality }))
  }

  /** Looks for the way to everybody anew, such as after the network changed. */
  reconnect(): void {
    this.#path.restart()
  }

  /** Shows frames as they leave us, as `wire` events, at most so many a second: what those see who have no key. */
  watchWire(perSecond: number): void {
    if (!(perSecond > 0)) throw new RangeError("perSecond must be above 0")
    this.#worker.watchWire(perSecond)
  }

  /** Leaves the call; the room goes on. */
  async leave(): Promise<void> {
    const said = this.#sayGoodbye()
    this.#end()
    await said
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave()
  }

  /** @internal */
  async enter(): Promise<void> {
    const events = this.#room.events()
    void this.#follow(events)
    await this.#rekey(keepMs.joined)
    await this.#path.enter()
  }

  /** @internal What the worker tells. */
  onNews(news: WorkerNews): void {
    switch (news.type) {
      case "tick":
        return void this.#upkeep.tick()
      case "sealing":
        return this.#events.emit(news)
      case "key_missing": {
        const member = this.#room.members.find(({ leafIndex }) => leafIndex === news.leafIndex)
        return this.#events.emit({ type: "key_missing", member })
      }
      case "unknown_codec":
        return this.#events.emit({ type: "codec_refused", mimeType: news.mimeType })
      case "wire":
        return this.#events.emit({ type: "wire", bytes: news.bytes, isKey: news.isKey })
      case "pipe_ended": {
        const error = new RoomsError("ROOMS_MEDIA_UNSUPPORTED", `Cannot carry frames: ${news.message}`)
        return this.#events.emit({ type: "ignored", member: undefined, error })
      }
    }
  }

  async #follow(events: AsyncGenerator<RoomEvent, void>): Promise<void> {
    try {
      for await (const event of events) {
        if (this.#isOver) return
        await this.#handle(event)
      }
    } catch (error) {
      this.#end(error)
    }
  }

  async #handle(event: RoomEvent): Promise<void> {
    switch (event.type) {
      case "message":
        return event.kind === callKind ? this.#hear(event.from, event.value) : undefined
      case "member_left":
        this.#hasSomebodyLeft = true
        return this.#path.leave(event.member.leaf)
      case "epoch": {
        const keep = this.#hasSomebodyLeft ? keepMs.left : keepMs.joined
        this.#hasSomebodyLeft = false
        await this.#rekey(keep)
        return this.#path.say(this.#epochs.word)
      }
      case "role_changed":
        return await this.#rekey(keepMs.joined)
      case "connection":
        return this.#epochs.setConnected(event.state === "connected")
      case "closed":
        return this.#end(event.error)
      default:
    }
  }

  #hear(from: RoomMember, value: unknown): void {
    try {
      this.#path.hear(from, readCallSignal(value))
    } catch (error) {
      if (!(error instanceof RoomsError)) throw error
      this.#events.emit({ type: "ignored", member: from, error })
    }
  }

  async #rekey(keep: number): Promise<void> {
    this.#worker.setEpoch(await readEpochKey(this.#room, keep))
  }

  async #send(source: Source, sending: Sending): Promise<void> {
    await Promise.all([this.#path.send(source, sending), this.#path.tellStates()])
  }

  #requireOpen(what: string): void {
    if (this.#isOver) throw new RoomsError("ROOMS_CLOSED", `Cannot ${what}: the call is over`)
  }

  #tell(person: PathPerson, event: (member: RoomMember) => CallEvent): void {
    this.#events.emit(event(this.#memberOf(person)))
  }

  #tellStates(person: PathPerson, before: SourceStates): void {
    for (const source of sources) {
      const [was, is] = [before[source], person.states[source]]
      if (was === is || was === undefined || is === undefined) continue
      this.#tell(person, (member) => ({ type: is === "muted" ? "muted" : "unmuted", member, source }))
    }
  }

  /** As they are now; somebody who left, as they were. */
  #memberOf({ member }: Pick<PathPerson, "member">): RoomMember {
    if (this.#isOver) return member
    return this.#room.members.find(({ leaf }) => leaf === member.leaf) ?? member
  }

  /** Whose streams a connection carries: behind a forwarding unit, one carries ours. */
  #memberBehind(link: MediaLink): RoomMember | undefined {
    if (link === this.#path.ownLink) return this.#isOver ? undefined : this.#room.self
    const person = this.#path.people.find((one) => one.link === link)
    return person && this.#memberOf(person)
  }

  async #sayGoodbye(): Promise<void> {
    try {
      await this.#path.close()
    } catch (error) {
      // Without a room there is nobody to say goodbye to.
      if (!(error instanceof RoomsError)) throw error
    }
  }

  #end(error?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#worker.close()
    this.#epochs.stop()
    this.#local.clear()
    void this.#sayGoodbye()
    const reason =
      error === undefined || (error instanceof RoomsError && error.code === "ROOMS_CLOSED")
        ? undefined
        : error instanceof RoomsError
          ? error
          : new RoomsError("ROOMS_CLOSED", "Cannot go on: the call was closed", { cause: error })
    this.#events.emit({ type: "ended", ...(reason && { error: reason }) })
  }
}
