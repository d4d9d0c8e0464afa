import type { HistoryQuery } from "@darkslide/metadata/history"

/** What a person filled in; all of it text, as it stands in the fields. */
export interface SearchForm {
  readonly words: string
  readonly from: string
  readonly to: string
  readonly camera: string
  readonly place: "any" | "with" | "without" | "box"
  readonly south: string
  readonly west: string
  readonly north: string
  readonly east: string
  readonly flag: string
  readonly sort: "" | "best" | "newest" | "oldest" | "added"
}

export const emptyForm: SearchForm = {
  ...{ words: "", from: "", to: "", camera: "", place: "any", flag: "", sort: "" },
  ...{ south: "", west: "", north: "", east: "" },
}

export const pageSize = 24

/** @returns `undefined` where the box is none. Days count whole: `to` is the last of them. */
export function queryOf(form: SearchForm, page: number): HistoryQuery | undefined {
  const { words, from, to, camera, place, flag, sort } = form
  const within = place === "box" ? boxOf(form) : undefined
  if (place === "box" && within === undefined) return undefined
  return {
    ...(words.trim() === "" ? {} : { words }),
    ...(from === "" && to === ""
      ? {}
      : { taken: { from: from || undefined, to: to === "" ? undefined : dayAfter(to) } }),
    ...(camera === "" ? {} : { cameras: [camera] }),
    ...(place === "with" || place === "without" ? { hasPlace: place === "with" } : {}),
    within,
    ...(flag === "" ? {} : { flags: { all: [flag] } }),
    ...(sort === "" ? {} : { sort }),
    offset: page * pageSize,
    limit: pageSize,
  }
}

function boxOf({ south, west, north, east }: SearchForm): HistoryQuery["within"] {
  const texts = [south, west, north, east].map((text) => text.trim().replace(",", ".").replace("−", "-"))
  const box = texts.map(Number)
  const isBox =
    texts.every((text) => text !== "") &&
    box.every((value, index) => Math.abs(value) <= (index % 2 === 0 ? 90 : 180)) &&
    box[0]! <= box[2]!
  return isBox ? { south: box[0]!, west: box[1]!, north: box[2]!, east: box[3]! } : undefined
}

function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
