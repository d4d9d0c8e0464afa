import type { ImageMetadata, LocalDate } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"

/** What is to be found of a file, out of what it says about itself. */
export function recordOf(
  metadata: ImageMetadata,
  about: Pick<HistoryRecord, "id" | "fileName" | "bytes" | "addedAt" | "thumbhash" | "dhash"> & {
    readonly mediaType?: string | undefined
  },
): HistoryRecord {
  const { location, description } = metadata
  const keywords = [
    ...new Set((description?.keywords ?? []).map((word) => short(word, 64)).filter((word) => word !== undefined)),
  ]
  return {
    ...about,
    fileName: short(about.fileName, 255),
    mediaType: about.mediaType ?? metadata.mediaType,
    taken: takenOf(metadata.dates.taken ?? metadata.clip?.created),
    place: location && {
      latitude: location.latitude,
      longitude: location.longitude,
      ...(location.altitudeMeters !== undefined && Math.abs(location.altitudeMeters) <= 20_000
        ? { altitudeMeters: location.altitudeMeters }
        : {}),
    },
    camera: short(cameraName(metadata), 128),
    lens: short(metadata.camera?.lensModel, 128),
    title: short(description?.title ?? metadata.clip?.title, 512),
    description: short(description?.description, 4096),
    keywords: keywords.length > 0 ? keywords.slice(0, 64) : undefined,
    flags: flagsOf(metadata),
    width: metadata.width,
    height: metadata.height,
    orientation: metadata.orientation,
  }
}

/** Make and model in one, the make not twice: `Canon EOS R6`. */
export function cameraName({ camera }: Pick<ImageMetadata, "camera">): string | undefined {
  const make = camera?.make?.trim() ?? ""
  const model = camera?.model?.trim() ?? ""
  const known = model.toLowerCase().startsWith(make.toLowerCase().split(" ")[0] ?? "")
  return (make === "" || known ? model : `${make} ${model}`).trim() || undefined
}

/** Times since 1970; a time without a zone is taken for one of this browser's. */
export function momentOf(date: LocalDate | undefined): number | undefined {
  if (date === undefined) return undefined
  const at = Date.parse(date.local.includes("T") ? `${date.local}${date.offset ?? ""}` : `${date.local}T00:00:00`)
  return Number.isNaN(at) || at < 0 ? undefined : at
}

function takenOf(date: LocalDate | undefined): HistoryRecord["taken"] {
  if (date === undefined) return undefined
  const local = date.local.length === 10 ? `${date.local}T00:00:00` : date.local
  // A clock that was never set, or a month alone, is no time to be found by.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?$/.test(local) || Number.isNaN(Date.parse(local))) return undefined
  return {
    local,
    ...(date.offset !== undefined && /^(?:Z|[+-](?:0\d|1[0-8]):[0-5]\d)$/.test(date.offset)
      ? { offset: date.offset }
      : {}),
  }
}

function flagsOf(metadata: ImageMetadata): readonly string[] {
  const { hidden, animation, location, mediaType } = metadata
  return [
    "added",
    ...(mediaType.startsWith("video/") ? ["clip"] : []),
    ...(animation === undefined ? [] : ["animated"]),
    ...(location === undefined ? [] : ["had-location"]),
    ...(hidden.c2pa ? ["c2pa"] : []),
    ...(Object.keys(hidden).length > 0 ? ["hidden-data"] : []),
  ]
}

/** Whole characters only; `undefined` for what is empty. */
function short(text: string | undefined, maxLength: number): string | undefined {
  let kept = ""
  for (const character of text?.trim() ?? "") {
    if (/\p{Surrogate}/u.test(character)) continue
    if (kept.length + character.length > maxLength) break
    kept += character
  }
  return kept === "" ? undefined : kept
}
