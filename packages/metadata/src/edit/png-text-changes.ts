import type { Wanted } from "./changes.ts"
import { isoDate } from "./xmp-changes.ts"

/** A text chunk that is to be set where it stands, or removed by `null`. */
export interface PngTextChange {
  /** In lower case, since writers do not agree on it; all that begin so when it ends in `*`. */
  readonly keyword: string
  readonly value: string | null
}

/**
 * Keywords of W3C PNG section 11.3.3.1, and those under which ImageMagick repeats EXIF. The latter go, since nobody but
 * ImageMagick writes them, and it does so again.
 */
export function pngTextChanges(wanted: Wanted): readonly PngTextChange[] {
  const { title, description, artists, copyright, software, taken, location, orientation } = wanted
  const changes: PngTextChange[] = []
  const add = (keyword: string, value: string | null | undefined, ...copies: readonly string[]): void => {
    if (value === undefined) return
    changes.push({ keyword, value })
    for (const copy of copies) changes.push({ keyword: `exif:${copy}`, value: null })
  }
  add("title", title)
  add("description", description, "imagedescription")
  add("author", artists === undefined || artists === null ? artists : artists.join("; "), "artist")
  add("copyright", copyright, "copyright")
  add("software", software, "software")
  add(
    "creation time",
    taken === undefined || taken === null ? taken : isoDate(taken),
    "datetimeoriginal",
    "offsettimeoriginal",
    "subsectimeoriginal",
  )
  if (location !== undefined) changes.push({ keyword: "exif:gps*", value: null })
  if (orientation !== undefined) changes.push({ keyword: "exif:orientation", value: null })
  return changes
}
