import type { Extent } from "../walk/items.ts"

/** What of `within` none of `covered` reaches, in order. */
export function uncovered(within: readonly Extent[], covered: readonly Extent[]): readonly Extent[] {
  const merged = merge(covered)
  const gaps: Extent[] = []
  for (const { offset, length } of within) {
    const end = offset + length
    let at = offset
    for (let i = firstAfter(merged, offset); i < merged.length && at < end; i++) {
      const extent = merged[i] as Extent
      if (extent.offset >= end) break
      if (extent.offset > at) gaps.push({ offset: at, length: extent.offset - at })
      at = extent.offset + extent.length
    }
    if (at < end) gaps.push({ offset: at, length: end - at })
  }
  return gaps
}

function merge(extents: readonly Extent[]): readonly Extent[] {
  const merged: { offset: number; length: number }[] = []
  for (const { offset, length } of extents.toSorted((a, b) => a.offset - b.offset)) {
    const last = merged.at(-1)
    if (last !== undefined && offset <= last.offset + last.length)
      last.length = Math.max(last.length, offset + length - last.offset)
    else if (length > 0) merged.push({ offset, length })
  }
  return merged
}

/** The first of sorted stretches that ends after `offset`. */
function firstAfter(extents: readonly Extent[], offset: number): number {
  let [low, high] = [0, extents.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const { offset: start = 0, length = 0 } = extents[middle] ?? {}
    if (start + length > offset) high = middle
    else low = middle + 1
  }
  return low
}
