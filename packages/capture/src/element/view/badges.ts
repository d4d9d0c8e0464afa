import { makeElement } from "./make-element.ts"
import { createMotionBadge } from "./motion-view.ts"
import { createRecordingBadge } from "./recording-badge.ts"
import { updateRegions, type Region } from "./region.ts"

/** Small signs at the top of the picture. */
export function createBadges(): Region {
  const node = makeElement("div", { class: "badges" })
  const regions = [createRecordingBadge(), createMotionBadge()]
  return {
    node,
    update(state) {
      updateRegions(node, regions, state)
      return state.camera !== undefined
    },
  }
}
