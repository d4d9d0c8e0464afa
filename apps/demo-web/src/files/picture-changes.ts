import type { ImageMetadata, MetadataChanges, Place } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"

/** What is written into a picture but stands in no record. */
export interface PictureWords {
  readonly artists: readonly string[]
  readonly copyright: string
  /** `undefined` for none. */
  readonly place: Place | undefined
}

/** What the picture says, or said before it was cleaned. */
export function pictureWords(
  own: ImageMetadata | undefined,
  original: ImageMetadata | undefined,
  record: HistoryRecord | undefined,
): PictureWords {
  const said = { ...original?.description, ...own?.description }
  const { latitude, longitude, altitudeMeters } = own?.location ?? record?.place ?? {}
  return {
    artists: said.artists ?? [],
    copyright: said.copyright ?? "",
    place: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude, altitudeMeters },
  }
}

/** All that a record and these words say, for the picture itself. */
export function pictureChanges(record: HistoryRecord, { artists, copyright, place }: PictureWords): MetadataChanges {
  const { title, description, keywords, taken } = record
  return {
    title: title ?? null,
    description: description ?? null,
    keywords: keywords ?? null,
    taken: taken === undefined ? null : { local: taken.local, offset: taken.offset },
    artists,
    copyright,
    location: place ?? null,
  }
}

/** `60.39291, 5.32415`; `undefined` for what is no place. */
export function parsePlace(text: string): Place | undefined {
  const found = /^(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)$/u.exec(text.trim())
  if (found === null) return undefined
  const [latitude, longitude] = [Number(found[1]), Number(found[2])]
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}
