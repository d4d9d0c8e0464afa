import { UsageError } from "@darkslide/crypto/cli"
import type { MetadataChanges, Place, TakenDate } from "../edit/changes.ts"
import type { Orientation } from "../read/image-metadata.ts"

export const changeOptions = {
  title: { type: "string" },
  description: { type: "string" },
  artist: { type: "string", multiple: true },
  copyright: { type: "string" },
  software: { type: "string" },
  keyword: { type: "string", multiple: true },
  rating: { type: "string" },
  date: { type: "string" },
  gps: { type: "string" },
  orientation: { type: "string" },
} as const

export const changeOptionsHelp = `      --artist NAME      who took it; again for more of them
      --copyright TEXT
      --title TEXT
      --description TEXT
      --keyword WORD     again for more of them: they take the place of the old ones
      --software TEXT
      --rating N         -1 (rejected) to 5
      --date DATE        when it was taken: 2024-05-06T07:08:09, and +02:00 or Z behind it where the offset is known
      --gps LAT,LON[,ALT]
                         where: degrees, north and east positive, and meters above the sea: 60.3929,5.3242,12
      --orientation N    1 to 8, as EXIF counts them

An empty value removes the field: --gps "" takes the place out.`

/** `--gps -33.9,18.4` as `--gps=-33.9,18.4`: half of the earth begins with what the parser takes for an option. */
export function withNegativeNumbers(args: readonly string[]): readonly string[] {
  const joined: string[] = []
  for (const arg of args) {
    const last = joined.at(-1)
    if ((last === "--gps" || last === "--rating") && /^-\d/u.test(arg)) joined[joined.length - 1] = `${last}=${arg}`
    else joined.push(arg)
  }
  return joined
}

interface ChangeArguments {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly artist?: readonly string[] | undefined
  readonly copyright?: string | undefined
  readonly software?: string | undefined
  readonly keyword?: readonly string[] | undefined
  readonly rating?: string | undefined
  readonly date?: string | undefined
  readonly gps?: string | undefined
  readonly orientation?: string | undefined
}

/**
 * @param nothing - Whether it is right that no field is to change.
 * @throws UsageError when nothing is to change, or a value is none.
 */
export function readChanges(values: ChangeArguments, nothing = false): MetadataChanges {
  const { title, description, artist, copyright, software, keyword, rating, date, gps, orientation } = values
  const changes: MetadataChanges = {
    title,
    description,
    artists: artist,
    copyright,
    software,
    keywords: keyword,
    rating: orRemove(rating, (text) => number("--rating", text)),
    taken: orRemove(date, readDate),
    location: orRemove(gps, readPlace),
    orientation: orRemove(orientation, readOrientation),
  }
  if (!nothing && Object.values(changes).every((value) => value === undefined))
    throw new UsageError("say what is to change, such as --artist NAME")
  return changes
}

function orRemove<Value>(text: string | undefined, read: (text: string) => Value): Value | null | undefined {
  return text === undefined ? undefined : text === "" ? null : read(text)
}

function readDate(text: string): TakenDate {
  const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?$/u.exec(text)
  if (found === null) throw new UsageError("--date takes a date like 2024-05-06T07:08:09+02:00")
  return { local: `${found[1]}T${found[2]}`, offset: found[3] }
}

function readPlace(text: string): Place {
  const [latitude, longitude, altitudeMeters, ...more] = text.split(",").map((part) => number("--gps", part))
  if (latitude === undefined || longitude === undefined || more.length > 0)
    throw new UsageError("--gps takes a latitude, a longitude and perhaps an altitude: 60.3929,5.3242,12")
  return { latitude, longitude, altitudeMeters }
}

function readOrientation(text: string): Orientation {
  const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]
  const found = orientations.find((value) => String(value) === text)
  if (found === undefined) throw new UsageError("--orientation takes a number from 1 to 8")
  return found
}

function number(option: string, text: string): number {
  if (!/^\s*[+-]?\d+(?:\.\d+)?\s*$/u.test(text)) throw new UsageError(`${option} takes numbers, and "${text}" is none`)
  return Number(text)
}
