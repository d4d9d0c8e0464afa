import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { writeAttribute } from "./write-changes.ts"

/** The camera's picture. */
export function createPreview(): Region {
  const node = makeElement("video", { part: "video", autoplay: "", muted: "", playsinline: "" })
  // The attribute counts only where a parser reads it.
  node.muted = true
  return {
    node,
    update({ camera, words }) {
      const stream = camera?.stream ?? null
      if (node.srcObject !== stream) node.srcObject = stream
      writeAttribute(node, "aria-label", words.preview)
      return camera !== undefined
    },
  }
}
