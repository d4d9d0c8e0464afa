import type { ViewState } from "./view-state.ts"
import { writeChildren } from "./write-changes.ts"

/** A part of the element: made once, then changed where the state did. */
export interface Region {
  readonly node: Element
  /** Whether there is anything of it to show. Else it leaves the page until there is. */
  update(state: ViewState): boolean
}

/** Updates the regions of a parent, and keeps in it those that have something to show. */
export function updateRegions(parent: Element | ShadowRoot, regions: readonly Region[], state: ViewState): void {
  writeChildren(
    parent,
    regions.filter((region) => region.update(state)).map(({ node }) => node),
  )
}
