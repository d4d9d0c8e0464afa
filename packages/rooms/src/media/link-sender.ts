import type { Source } from "./call-signal.ts"
import { kindOf } from "./call-signal.ts"
import { chooseCodecs, type VideoCodec } from "./codec-choice.ts"
import type { Pipes } from "./media-worker-host.ts"
import { applyQuality, type Quality } from "./quality.ts"
import { hideSoundLevels } from "./header-extensions.ts"
import { addSealedTransceiver, type SealedTransceiver } from "./sealed-transceiver.ts"

/** What is sent of one source. Without a track nothing is: it is muted. */
export interface Sending {
  readonly track: MediaStreamTrack | null
  readonly quality: Quality
}

/** One of our sources on one connection. */
export class LinkSender {
  readonly source: Source
  readonly sealed: SealedTransceiver
  /** The newest wish; wishes are worked on one after the other. */
  #wish: Sending | undefined
  #working: Promise<void> | undefined
  #isRetired = false

  constructor(options: {
    readonly connection: RTCPeerConnection
    readonly source: Source
    readonly stream: MediaStream
    readonly codecs: readonly VideoCodec[]
    readonly worker: Pipes
    readonly leafIndex: number | undefined
  }) {
    const { connection, source, stream, codecs, worker, leafIndex } = options
    this.source = source
    const kind = kindOf(source)
    this.sealed = addSealedTransceiver({ connection, kind, stream }, worker, leafIndex)
    chooseCodecs(this.sealed.transceiver, kind, codecs)
    if (kind === "audio") hideSoundLevels(this.sealed.transceiver)
  }

  /** Resolves once the sender has the track, or a newer one. */
  async send(sending: Sending): Promise<void> {
    this.sealed.transceiver.direction = "sendonly"
    await this.#wishFor(sending)
  }

  /**
   * Sends no more, and keeps its place for the next time. Nothing of it leaves from this task on. Its transceiver is not
   * stopped: browsers lose whole connections when a place in their descriptions is given up.
   */
  async rest(): Promise<void> {
    this.sealed.transceiver.direction = "inactive"
    await this.#wishFor({ track: null, quality: {} })
  }

  /** Sends no more, for good. */
  async retire(): Promise<void> {
    this.#isRetired = true
    this.sealed.transceiver.direction = "inactive"
    await this.sealed.transceiver.sender.replaceTrack(null)
  }

  async #wishFor(sending: Sending): Promise<void> {
    this.#wish = sending
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
    await this.#working
  }

  async #work(): Promise<void> {
    const { transceiver, outgoing } = this.sealed
    await outgoing.live
    for (;;) {
      const wish = this.#wish
      if (!wish || this.#isRetired || transceiver.sender.transport?.state === "closed") return
      this.#wish = undefined
      await transceiver.sender.replaceTrack(wish.track)
      if (wish.track) await applyQuality(transceiver.sender, wish.quality)
    }
  }
}
