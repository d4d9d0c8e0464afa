import { scrubMetadata, type ImageMetadata } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"
import type { HistoryService } from "../history/history-service.ts"
import type { LibraryService } from "../library/library-service.ts"
import { fromJsonDetails, toJsonDetails, type FileDetails } from "./file-details.ts"

export interface ReplaceOptions {
  readonly library: LibraryService
  readonly history: HistoryService
  /** `place`: only where it was taken. `all`: everything but the picture. */
  readonly forget: "place" | "all"
  readonly now: number
  readonly signal: AbortSignal
}

/**
 * Seals a capture anew without what is to be forgotten, then removes the old one: a record never changes. The old one goes
 * last, so a failure leaves both. Resolves to the new capture's id.
 */
export async function replaceCapture(captureId: string, options: ReplaceOptions): Promise<string> {
  const { library, history, forget, now, signal } = options
  const [item, media, thumbnail, details, record] = await Promise.all([
    library.item(captureId, { signal }),
    library.media(captureId, { signal }),
    library.thumbnail(captureId, { signal }),
    library.details(captureId, { signal }),
    history.get(captureId, { signal }),
  ])
  if (item.refused !== undefined) throw new TypeError("Cannot replace capture: it failed its checks")
  const policy = forget === "place" ? "gps-only" : "strict"
  const { bytes } = await scrubMetadata(await bytesOf(media), { policy, signal })
  const file = forget === "place" ? fromJsonDetails(details) : undefined
  const { captureId: newId, sent } = await library.saveInput(
    {
      media: bytes,
      mediaType: item.mediaType,
      kind: item.kind,
      clip: item.clip,
      createdAt: forget === "place" ? item.createdAt : now,
      thumbnail: await bytesOf(thumbnail),
      details: file === undefined ? {} : toJsonDetails(withoutPlace(file)),
    },
    { signal },
  )
  await sent
  await history.append([recordAfter(record, forget, { id: newId, bytes: bytes.length, mediaType: item.mediaType })])
  await library.delete(captureId)
  await history.forget([captureId])
  return newId
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
  forget: "place" | "all",
  now: Pick<HistoryRecord, "id" | "bytes" | "mediaType">,
): HistoryRecord {
  if (forget === "place") {
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
