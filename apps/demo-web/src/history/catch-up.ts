import type { HistoryRecord } from "@darkslide/metadata/history"
import { fromJsonDetails } from "../files/file-details.ts"
import { recordOf } from "../files/history-record.ts"
import type { LibraryItem, LibraryService } from "../library/library-service.ts"
import type { HistoryService } from "./history-service.ts"

type SoundItem = Extract<LibraryItem, { refused?: undefined }>

interface Sides {
  readonly library: LibraryService
  readonly history: HistoryService
}

/**
 * Brings the history to what the Library holds: takes out what was deleted, by whatever device, and brings in captures of
 * the camera, of a device without the history's key, of a page that was closed too early. Resolves to how many changed.
 */
export async function catchUp(sides: Sides, options: { readonly signal: AbortSignal }): Promise<number> {
  return (await takeOutDeleted(sides, options)) + (await bringInMissing(sides, options))
}

async function takeOutDeleted({ library, history }: Sides, options: { readonly signal: AbortSignal }): Promise<number> {
  const gone: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { captureIds, next } = await library.deletions({ ...options, cursor })
    for (const captureId of captureIds) if ((await history.get(captureId)) !== undefined) gone.push(captureId)
    // A server that leads in circles does not get another round.
    cursor = next === cursor ? null : next
  }
  if (gone.length > 0) await history.remove(gone, options)
  return gone.length
}

/** Goes from the newest until a whole page is known. */
async function bringInMissing({ library, history }: Sides, options: { readonly signal: AbortSignal }): Promise<number> {
  const missing: HistoryRecord[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await library.list({ ...options, cursor })
    let isKnown = page.items.length > 0
    for (const item of page.items) {
      if (item.refused !== undefined || (await history.get(item.captureId)) !== undefined) continue
      isKnown = false
      missing.push(await recordFor(item, library, options.signal))
    }
    if (isKnown) break
    cursor = page.next
  }
  if (missing.length > 0) await history.append(missing, options)
  return missing.length
}

async function recordFor(item: SoundItem, library: LibraryService, signal: AbortSignal): Promise<HistoryRecord> {
  const { captureId: id, createdAt, mediaType, mediaBytes: bytes } = item
  const file = fromJsonDetails(await library.details(id, { signal }))
  if (file !== undefined) return recordOf(file.original, { id, fileName: file.fileName, mediaType, bytes })
  return {
    id,
    taken: localTime(createdAt),
    mediaType,
    bytes,
    flags: item.kind === "clip" ? ["clip", "taken-here"] : ["taken-here"],
  }
}

/** A moment as this browser's clock shows it. */
export function localTime(at: number): { readonly local: string; readonly offset: string } {
  const minutes = -new Date(at).getTimezoneOffset()
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, 19)
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const two = (value: number): string => String(value).padStart(2, "0")
  return { local, offset: `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}` }
}
