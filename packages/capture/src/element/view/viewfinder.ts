import { createBadges } from "./badges.ts"
import { createCountdown } from "./countdown.ts"
import { createFailedMessage } from "./failed-message.ts"
import { createFlash } from "./flash.ts"
import { makeElement } from "./make-element.ts"
import { createMotionBoxes } from "./motion-view.ts"
import { createOffMessage } from "./off-message.ts"
import { createPreview } from "./preview.ts"
import { updateRegions, type Region } from "./region.ts"
import { createStartingMessage } from "./starting-message.ts"
import { pictureSize, type ViewActions } from "./view-state.ts"
import { createWarning } from "./warning.ts"
import { writeAttribute } from "./write-changes.ts"

/** The plate: the picture and what lies on it, or a message in its place. */
export function createViewfinder(actions: ViewActions): Region {
  const node = makeElement("div", { part: "viewfinder" })
  const regions = [
    createOffMessage(actions),
    createStartingMessage(),
    createFailedMessage(actions),
    createPreview(),
    createMotionBoxes(),
    createBadges(),
    createCountdown(),
    createFlash(),
    createWarning(),
  ]
  return {
    node,
    update(state) {
      const { width, height } = pictureSize(state)
      writeAttribute(node, "class", state.isMirrored ? "viewfinder mirrored" : "viewfinder")
      // As a property: a page's policy may forbid style attributes.
      node.style.setProperty("--ratio", `${width} / ${height}`)
      updateRegions(node, regions, state)
      return true
    },
  }
}
