import type { LibraryItem } from "./library-service.ts"

export type SoundItem = Extract<LibraryItem, { refused?: undefined }>

/** One tile: a capture, or the first part of a recording that was cut, with all its parts. */
export interface Shown {
  readonly item: LibraryItem
  /** In their order; empty for what is no part of a recording. */
  readonly parts: readonly SoundItem[]
}

/** Brings the segments of one recording together, where its newest one stands. */
export function shownCaptures(items: readonly LibraryItem[]): readonly Shown[] {
  const segments = items.filter(isSegment)
  const done = new Set<string>()
  return items.flatMap((item): readonly Shown[] => {
    if (!isSegment(item)) return [{ item, parts: [] }]
    const id = item.clip?.id ?? ""
    if (done.has(id)) return []
    done.add(id)
    const parts = segments.filter(({ clip }) => clip?.id === id).toSorted((one, other) => placeOf(one) - placeOf(other))
    return [{ item: parts[0] ?? item, parts }]
  })
}

function isSegment(item: LibraryItem): item is SoundItem {
  return item.refused === undefined && item.clip !== undefined
}

function placeOf({ clip }: SoundItem): number {
  return clip?.index ?? 0
}
