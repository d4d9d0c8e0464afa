import type { RoomMember, RoomsError } from "@darkslide/rooms"
import type { Call, CallEvent, CallPerson, CallWay, PersonStatistics, Source } from "@darkslide/rooms/media"
import { qualities, screenQuality, type QualityName } from "./call-quality.ts"
import type { OwnMedia } from "./own-media.ts"

/** What is worth a word to who listens rather than looks. */
export type CallNote =
  | { readonly type: "joined" | "left"; readonly member: RoomMember }
  | { readonly type: "muted" | "unmuted"; readonly member: RoomMember; readonly source: Source }
  | { readonly type: "shares" | "stops"; readonly member: RoomMember }
  | { readonly type: "way"; readonly way: CallWay }
  | { readonly type: "reconnecting" | "connected" | "failed"; readonly member: RoomMember }

/** Something that the person should know of, until they have read it. */
export type CallWarning = "leak_prevented" | "codec_refused"

/** A frame of ours on its way, sealed. */
export interface WireSample {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isKey: boolean
}

/** Whose frames could not be opened stays marked for so long, in milliseconds. */
const missingMs = 5000
/** Frames on the wire are looked at so often in a second. */
const samplesPerSecond = 4
/** Shorter ones, such as those of sound, are hardly worth painting: they are shown while there is nothing longer. */
const longSampleBytes = 400
/** The one that is shown stays for so long, in milliseconds. */
const sampleMs = 1000

/** A call that this page is in, with what a page shows of it; what the person turns on and off is sent accordingly. */
export class LiveCall {
  readonly #call: Call
  readonly #own: OwnMedia
  readonly #changed: () => void
  readonly #note: (note: CallNote) => void
  readonly #sent = new Map<Source, MediaStreamTrack>()
  readonly #missing = new Map<string, number>()
  #turn: Promise<void> = Promise.resolve()
  #screen: MediaStreamTrack | undefined
  #sampledAt = Number.NEGATIVE_INFINITY
  quality: QualityName = "auto"
  figures: readonly PersonStatistics[] = []
  sample: WireSample | undefined
  warning: CallWarning | undefined
  /** Of the last thing that was asked for. */
  error: unknown
  /** Set once it is over. */
  over: { readonly error?: RoomsError | undefined } | undefined

  constructor(
    call: Call,
    options: {
      readonly own: OwnMedia
      readonly changed: () => void
      readonly note: (note: CallNote) => void
    },
  ) {
    this.#call = call
    this.#own = options.own
    this.#changed = options.changed
    this.#note = options.note
    call.watchWire(samplesPerSecond)
    void this.#follow()
  }

  get people(): readonly CallPerson[] {
    return this.over ? [] : this.#call.people
  }

  get way(): CallWay {
    return this.#call.way
  }

  get screen(): MediaStreamTrack | undefined {
    return this.#screen
  }

  /** Whether frames of this person come under a key that we do not have. */
  isMissing({ leaf }: RoomMember): boolean {
    return (this.#missing.get(leaf) ?? 0) > Date.now()
  }

  /** Sends what is on, and nothing else. */
  async sync(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#bring("camera", this.#own.cameraTrack)
      await this.#bring("microphone", this.#own.microphoneTrack)
    })
  }

  async shareScreen(track: MediaStreamTrack): Promise<void> {
    this.#screen = track
    // The browser's own button ends it.
    track.addEventListener("ended", () => {
      if (this.#screen !== track) return
      this.#screen = undefined
      this.#changed()
    })
    await this.#inTurn(() => this.#call.share("screen", track, screenQuality))
  }

  async stopScreen(): Promise<void> {
    const screen = this.#screen
    this.#screen = undefined
    await this.#inTurn(() => this.#call.unshare("screen"))
    screen?.stop()
  }

  async choose(quality: QualityName): Promise<void> {
    this.quality = quality
    await this.#inTurn(async () => {
      if (this.#call.sources.camera !== undefined) await this.#call.tune("camera", qualities[quality])
    })
  }

  reconnect(): void {
    this.#call.reconnect()
  }

  async leave(): Promise<void> {
    this.#screen?.stop()
    this.#screen = undefined
    await this.#call.leave()
  }

  async #bring(source: "camera" | "microphone", track: MediaStreamTrack | undefined): Promise<void> {
    const shared = this.#call.sources[source]
    if (track === undefined) {
      if (shared === "live") await this.#call.mute(source)
      return
    }
    if (shared === undefined || this.#sent.get(source) !== track) {
      await this.#call.share(source, track, source === "camera" ? qualities[this.quality] : undefined)
      this.#sent.set(source, track)
    }
    if (this.#call.sources[source] === "muted") await this.#call.unmute(source)
  }

  /** One after the other; what fails is told. */
  async #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#actAfter(this.#turn, act)
    await this.#turn
  }

  async #actAfter(before: Promise<void>, act: () => Promise<void>): Promise<void> {
    await before
    if (this.over) return
    this.error = undefined
    try {
      await act()
    } catch (error) {
      // After the end there is nothing to send, and whoever looks has been told why.
      if (!this.over) this.error = error
    }
    this.#changed()
  }

  async #follow(): Promise<void> {
    for await (const event of this.#call.events()) {
      this.#take(event)
      this.#changed()
    }
  }

  #take(event: CallEvent): void {
    switch (event.type) {
      case "person_joined":
        return this.#note({ type: "joined", member: event.member })
      case "person_left":
        return this.#note({ type: "left", member: event.member })
      case "muted":
      case "unmuted":
        return this.#note(event)
      case "stream":
      case "stream_ended":
        if (event.source === "screen")
          this.#note({ type: event.type === "stream" ? "shares" : "stops", member: event.member })
        return
      case "link":
        if (event.state !== "connecting") this.#note({ type: event.state, member: event.member })
        return
      case "way":
        this.figures = []
        return this.#note(event)
      case "key_missing":
        if (event.member) this.#miss(event.member)
        return
      case "ignored":
        // The server's unit is full: those at it and we do not see each other.
        if (event.error.code === "ROOMS_LIMIT_EXCEEDED") this.error = event.error
        return
      case "leak_prevented":
      case "codec_refused":
        this.warning = event.type
        return
      case "statistics":
        this.figures = event.people
        return
      case "wire":
        return this.#show({ bytes: event.bytes, isKey: event.isKey })
      case "ended":
        this.over = event.error ? { error: event.error } : {}
        this.#screen?.stop()
        this.#screen = undefined
        return
      default:
    }
  }

  #show(sample: WireSample): void {
    const now = performance.now()
    const isShorter = sample.bytes.length < Math.min(longSampleBytes, this.sample?.bytes.length ?? 0)
    if (isShorter || now - this.#sampledAt < sampleMs) return
    this.#sampledAt = now
    this.sample = sample
  }

  #miss({ leaf }: RoomMember): void {
    this.#missing.set(leaf, Date.now() + missingMs)
    setTimeout(() => this.#changed(), missingMs + 1)
  }
}
