import { kindOf, type Source, type SourceStates } from "./call-signal.ts"
import type { Sending } from "./link-sender.ts"
import { checkQuality, type Quality } from "./quality.ts"

interface LocalSource {
  readonly track: MediaStreamTrack
  readonly isMuted: boolean
  readonly quality: Quality
  readonly stopWatching: () => void
}

/** What we send: tracks of the caller's, by source. */
export class LocalSources {
  readonly #sources = new Map<Source, LocalSource>()
  readonly #onTrackEnded: (source: Source) => void

  /** @param onTrackEnded - Told when a track ends by itself: unplugged, or no longer allowed. */
  constructor(onTrackEnded: (source: Source) => void) {
    this.#onTrackEnded = onTrackEnded
  }

  get states(): SourceStates {
    return Object.fromEntries([...this.#sources].map(([source, { isMuted }]) => [source, isMuted ? "muted" : "live"]))
  }

  get sending(): ReadonlyMap<Source, Sending> {
    return new Map([...this.#sources].map(([source, local]) => [source, sendingOf(local)]))
  }

  /**
   * Takes a track, in the place of the one before; whether it is muted, and its quality unless another is given, stay.
   * @throws TypeError for sound as a picture; RangeError for a quality that is none.
   */
  put(source: Source, track: MediaStreamTrack, quality: Quality | undefined): Sending {
    if (track.kind !== kindOf(source)) throw new TypeError(`A ${source} is ${kindOf(source)}, not ${track.kind}`)
    if (quality) checkQuality(quality)
    const before = this.#sources.get(source)
    before?.stopWatching()
    const onEnded = (): void => this.#onTrackEnded(source)
    track.addEventListener("ended", onEnded)
    const local = {
      track,
      isMuted: before?.isMuted ?? false,
      quality: quality ?? before?.quality ?? {},
      stopWatching: () => track.removeEventListener("ended", onEnded),
    }
    this.#sources.set(source, local)
    return sendingOf(local)
  }

  /** @throws RangeError for a source that is not there, or a quality that is none. */
  change(source: Source, change: { readonly isMuted: boolean } | { readonly quality: Quality }): Sending {
    if ("quality" in change) checkQuality(change.quality)
    const before = this.#sources.get(source)
    if (!before) throw new RangeError(`No ${source} is shared`)
    const local = { ...before, ...change }
    this.#sources.set(source, local)
    return sendingOf(local)
  }

  /** @returns whether there was one. */
  remove(source: Source): boolean {
    this.#sources.get(source)?.stopWatching()
    return this.#sources.delete(source)
  }

  /** Lets go of all tracks, and leaves them as they are. */
  clear(): void {
    for (const source of [...this.#sources.keys()]) this.remove(source)
  }
}

function sendingOf({ track, isMuted, quality }: LocalSource): Sending {
  return { track: isMuted ? null : track, quality }
}
