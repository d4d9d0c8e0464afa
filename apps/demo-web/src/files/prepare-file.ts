import type { CaptureInput } from "@darkslide/capture"
import { readMetadata, scrubMetadata, type ImageMetadata, type Removed, type ScrubPolicy } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"
import { toJsonDetails, type Cleaning } from "./file-details.ts"
import { FileError } from "./file-error.ts"
import { momentOf, recordOf } from "./history-record.ts"
import type { Pictures } from "./pictures.ts"

/** A file, ready to be sealed: clean, with what it said before for its owner alone. */
export interface PreparedFile {
  readonly input: CaptureInput
  /** For the history, under the capture's id. */
  recordFor(captureId: string): HistoryRecord
}

export interface PrepareOptions {
  readonly cleaning: Cleaning
  readonly pictures: Pictures
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

/** A file is in memory three times for a moment. */
const maxFileBytes = 200 << 20

/**
 * Reads, cleans and measures a file, in this order (design: a capture). Nothing of the file but the clean bytes is kept
 * outside of the sealed private part and the history.
 * @throws MetadataError when it cannot be read, or cannot be cleaned without drawing it anew; FileError
 */
export async function prepareFile(file: File, options: PrepareOptions): Promise<PreparedFile> {
  const { pictures, now, signal } = options
  if (file.size === 0) throw new FileError("FILE_EMPTY", "Cannot add file: it is empty")
  if (file.size > maxFileBytes) throw new FileError("FILE_TOO_LARGE", "Cannot add file: it is too large")
  const bytes = new Uint8Array(await file.arrayBuffer())
  const original = await readMetadata(bytes, { signal })
  const clean = await cleaned(file, bytes, original, options)
  const [thumbnail, fingerprint] = await Promise.all([
    pictures.thumbnail(clean.media, original, signal),
    fingerprintOf(clean.media, pictures, signal),
  ])
  const addedAt = now
  const details = toJsonDetails({ fileName: file.name, cleaning: options.cleaning, original, removed: clean.removed })
  const { type: mediaType } = clean.media
  return {
    input: {
      media: new Uint8Array(await clean.media.arrayBuffer()),
      mediaType,
      kind: mediaType.startsWith("video/") ? "clip" : "photo",
      createdAt: momentOf(original.dates.taken) ?? addedAt,
      thumbnail: new Uint8Array(await thumbnail.arrayBuffer()),
      details,
    },
    recordFor: (id) =>
      recordOf(original, { id, addedAt, mediaType, fileName: file.name, bytes: clean.media.size, ...fingerprint }),
  }
}

async function cleaned(
  file: File,
  bytes: Uint8Array,
  original: ImageMetadata,
  { cleaning, pictures, signal }: PrepareOptions,
): Promise<{ readonly media: Blob; readonly removed: readonly Removed[] }> {
  if (cleaning === "redrawn") return { media: await pictures.redraw(file, original), removed: [] }
  const policy: ScrubPolicy = cleaning
  const { bytes: media, removed } = await scrubMetadata(bytes, { policy, signal })
  return { media: new Blob([media], { type: original.mediaType }), removed }
}

async function fingerprintOf(
  media: Blob,
  { images }: Pictures,
  signal: AbortSignal | undefined,
): Promise<Partial<Pick<HistoryRecord, "thumbhash" | "dhash">>> {
  if (!["image/jpeg", "image/png", "image/webp"].includes(media.type)) return {}
  try {
    return await images.fingerprint(media, { signal })
  } catch {
    signal?.throwIfAborted()
    // A picture that cannot be decoded is kept all the same; nothing can be found by its looks.
    return {}
  }
}
