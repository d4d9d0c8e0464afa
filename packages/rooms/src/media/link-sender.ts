import type { Source } from "./call-signal.ts"
import { kindOf } from "./call-signal.ts"
import { chooseCodecs, type VideoCodec } from "./codec-choice.ts"
import type { Pipes } from "./media-worker-host.ts"
import { applyQuality, type Quality } from "./quality.ts"
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
  #isStopped = false

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
  }

  /** Resolves once the sender has the track, or a newer one. */
  async send(sending: Sending): Promise<void> {
    this.#wish = sending
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
    await this.#working
  }

  /** Nothing of it leaves from this task on. */
  stop(): void {
    this.#isStopped = true
    this.sealed.transceiver.stop()
  }

  async #work(): Promise<void> {
    const { transceiver, outgoing } = this.sealed
    await outgoing.live
    for (;;) {
      const wish = this.#wish
      if (!wish || this.#isStopped || transceiver.sender.transport?.state === "closed") return
      this.#wish = undefined
      await transceiver.sender.replaceTrack(wish.track)
      if (wish.track) await applyQuality(transceiver.sender, wish.quality)
    }
  }
}
