import type { Wanted } from "./changes.ts"

/** One data set of record 2 (IPTC IIM 4.2 chapter 6) that is to be set where it stands, or removed by `null`. */
export interface IptcChange {
  readonly dataSet: number
  readonly values: readonly string[] | null
}

/** IPTC repeats what EXIF and XMP say, so it is only brought into agreement, never begun. */
export function iptcChanges({
  title,
  description,
  artists,
  copyright,
  keywords,
  taken,
}: Wanted): readonly IptcChange[] {
  const changes: IptcChange[] = []
  const add = (dataSet: number, value: string | readonly string[] | null | undefined): void => {
    if (value !== undefined) changes.push({ dataSet, values: typeof value === "string" ? [value] : value })
  }
  add(5, title)
  add(25, keywords)
  if (taken !== undefined) {
    add(55, taken === null ? null : taken.day.join(""))
    add(60, taken === null ? null : `${taken.time.join("")}${taken.offset?.replace(":", "") ?? ""}`)
  }
  add(80, artists)
  add(116, copyright)
  add(120, description)
  return changes
}
