import { makeDrawing, makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { pictureSize } from "./view-state.ts"
import { writeAttribute, writeText } from "./write-changes.ts"

/** What the detector sees, drawn over the picture: solid where something moves, dashed where it only differs. */
export function createMotionBoxes(): Region {
  const node = makeDrawing("svg", { part: "motion-boxes", class: "boxes", "aria-hidden": "true" })
  return {
    node,
    update(state) {
      const { width, height } = pictureSize(state)
      const boxes = state.sight?.boxes ?? []
      writeAttribute(node, "viewBox", `0 0 ${width} ${height}`)
      while (node.childElementCount < boxes.length) node.append(makeDrawing("rect"))
      while (node.childElementCount > boxes.length) node.lastElementChild?.remove()
      for (const [at, box] of boxes.entries()) {
        const rect = node.children.item(at)
        if (rect === null) break
        writeAttribute(rect, "class", box.kind === "moving" ? "moving" : "other")
        writeAttribute(rect, "x", `${box.x * width}`)
        writeAttribute(rect, "y", `${box.y * height}`)
        writeAttribute(rect, "width", `${box.width * width}`)
        writeAttribute(rect, "height", `${box.height * height}`)
        writeAttribute(rect, "rx", `${width / 200}`)
      }
      return state.camera !== undefined && state.sight !== undefined
    },
  }
}

export function createMotionBadge(): Region {
  const node = makeElement("span", { part: "badge motion", class: "badge motion" })
  return {
    node,
    update({ sight, words }) {
      writeAttribute(node, "data-moving", sight?.motion ? "" : undefined)
      writeText(node, sight?.motion ? words.motion : words.noMotion)
      return sight !== undefined
    },
  }
}
