import { editMetadata, scrubMetadata, type ImageMetadata, type MetadataChanges } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"
import type { HistoryService } from "../history/history-service.ts"
import type { LibraryService } from "../library/library-service.ts"
import { fromJsonDetails, toJsonDetails, type FileDetails } from "./file-details.ts"

export interface ReplaceOptions {
  readonly library: LibraryService
  readonly history: HistoryService
  readonly now: number
  readonly signal: AbortSignal
}

/** `place`: only where it was taken goes. `all`: everything but the picture. Else what is written into the picture. */
export type Replacement = "place" | "all" | Written

/** What the picture is to say, and what the history says then; the record keeps the old capture's id. */
export interface Written {
  readonly changes: MetadataChanges
  readonly record: HistoryRecord
}

/**
 * Seals a capture anew with another picture in it, then removes the old one: a capture never changes. The old one goes last,
 * so a failure leaves both. Resolves to the new capture's id.
 * @throws MetadataError when the picture cannot be scrubbed or edited; nothing has changed then
 */
export async function replaceCapture(
  captureId: string,
  how: Replacement,
  { library, history, now, signal }: ReplaceOptions,
): Promise<string> {
  const [item, media, thumbnail, details, record] = await Promise.all([
    library.item(captureId, { signal }),
    library.media(captureId, { signal }),
    library.thumbnail(captureId, { signal }),
    library.details(captureId, { signal }),
    history.get(captureId, { signal }),
  ])
  if (item.refused !== undefined) throw new TypeError("Cannot replace capture: it failed its checks")
  const { bytes } = await pictureAfter(await bytesOf(media), how, signal)
  const { captureId: newId, sent } = await library.saveInput(
    {
      media: bytes,
      mediaType: item.mediaType,
      kind: item.kind,
      clip: item.clip,
      createdAt: how === "all" ? now : item.createdAt,
      thumbnail: await bytesOf(thumbnail),
      details: detailsAfter(details, how),
    },
    { signal },
  )
  await sent
  await history.append([recordAfter(record, how, { id: newId, bytes: bytes.length, mediaType: item.mediaType })])
  await library.delete(captureId)
  await history.forget([captureId])
  return newId
}

async function pictureAfter(
  picture: Uint8Array,
  how: Replacement,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer> }> {
  if (typeof how === "object") return await editMetadata(picture, how.changes, { signal })
  return await scrubMetadata(picture, { policy: how === "place" ? "gps-only" : "strict", signal })
}

/** What the file said before it came here stays known, unless it is to be forgotten. */
function detailsAfter(details: unknown, how: Replacement): Readonly<Record<string, unknown>> {
  const file = how === "all" ? undefined : fromJsonDetails(details)
  if (file === undefined) return {}
  return toJsonDetails(how === "place" ? withoutPlace(file) : file)
}

function withoutPlace(file: FileDetails): FileDetails {
  // Raw groups name places in many ways: they go whole. What was drawn from them, but the place, stays.
  const { location: _, xmp: _xmp, iptc: _iptc, text: _text, comments: _comments, exif, ...rest } = file.original
  const { gps: _gps, ...directories } = exif ?? {}
  const original: ImageMetadata = { ...rest, ...(exif === undefined ? {} : { exif: directories }) }
  return { ...file, original }
}

function recordAfter(
  record: HistoryRecord | undefined,
  how: Replacement,
  now: Pick<HistoryRecord, "id" | "bytes" | "mediaType">,
): HistoryRecord {
  if (typeof how === "object") return { ...how.record, ...now }
  if (how === "place") {
    const { place: _, flags, ...rest } = record ?? { id: now.id }
    const left = flags?.filter((flag) => flag !== "had-location")
    return { ...rest, ...now, flags: left?.length ? left : undefined }
  }
  const { width, height, orientation, thumbhash, dhash } = record ?? {}
  return { ...now, width, height, orientation, thumbhash, dhash, flags: ["scrubbed"] }
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer())
}
