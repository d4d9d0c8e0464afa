import type { Clip, Recording, Segment } from "@darkslide/capture/record"
import type { ClipToSave, LibraryService, SavedCapture, SaveClipOptions } from "../library/library-service.ts"

/** A killed tab loses at most this much, and the second to the next key frame. */
export const segmentSeconds = 4

/**
 * Seals and keeps the segments of a recording as they are made. They stay as a cut recording when the tab is killed;
 * else `save` puts one clip in their place.
 */
export class SafeRecording {
  readonly #library: LibraryService
  readonly #kept: string[] = []
  readonly #keeping: Promise<void>
  readonly #recording: Recording

  constructor(recording: Recording, library: LibraryService) {
    this.#recording = recording
    this.#library = library
    this.#keeping = this.#keepSegments()
    // Whoever saves is told.
    this.#keeping.catch(() => undefined)
  }

  /** The whole, once it was stopped or ended by itself. Rejects with a CaptureError. */
  get done(): Promise<Clip> {
    return this.#recording.done
  }

  stop(): void {
    // How it ended is told by `done`.
    this.#recording.stop().catch(() => undefined)
  }

  /** Saves the whole. May be called again after it failed. */
  async save(options: SaveClipOptions = {}): Promise<SavedCapture> {
    const clip = await this.#recording.done
    // What could not be kept in parts may still fit as a whole; when not, saving says why.
    await this.#keeping.catch(() => undefined)
    return await this.#library.saveClip(await toSave(clip), { ...options, replaces: this.#kept })
  }

  async #keepSegments(): Promise<void> {
    for await (const segment of this.#recording.segments) {
      // With the last one comes the whole.
      if (segment.clip.last) return
      const place = { ...(await toSave(segment)), clip: segment.clip }
      this.#kept.push((await this.#library.saveClip(place, { until: "queued" })).captureId)
    }
  }
}

async function toSave({ blob, durationSeconds, startedAt, thumbnail }: Clip | Segment): Promise<ClipToSave> {
  // Where pixels cannot be read there is no picture of it: an empty one tells as much.
  const small = thumbnail ?? (await firstPicture(blob)) ?? new Blob([new Uint8Array(1)])
  return { blob, thumbnail: small, startedAt, durationSeconds }
}

async function firstPicture(clip: Blob): Promise<Blob | undefined> {
  const { clipThumbnail } = await import("@darkslide/capture/record")
  return await clipThumbnail(clip)
}
