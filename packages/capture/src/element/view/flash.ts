import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"

/** A short light over the picture with each photo. */
export function createFlash(): Region {
  const node = makeElement("div", { part: "flash", class: "flash" })
  let seen = 0
  let isLit = false
  return {
    node,
    update({ camera, photosTaken }) {
      if (photosTaken !== seen) {
        seen = photosTaken
        isLit = true
        // Out of the page and in again: its animation starts anew.
        node.remove()
      }
      // It belongs to the camera that took the photo: the next one does not begin with a flash.
      isLit &&= camera !== undefined
      return isLit
    },
  }
}
