import { makeElement } from "./make-element.ts"
import { updateRegions, type Region } from "./region.ts"
import { writeAttribute, writeText } from "./write-changes.ts"

/** The line beneath: what happened last, and the picture's size. */
export function createFoot(): Region {
  const node = makeElement("div", { class: "foot" })
  const regions = [createStatus(), createFacts()]
  return {
    node,
    update(state) {
      updateRegions(node, regions, state)
      return true
    },
  }
}

/** The live region. A countdown is seen on the picture, and here only heard. */
function createStatus(): Region {
  const node = makeElement("span", { part: "status", role: "status" })
  return {
    node,
    update({ state, status }) {
      writeAttribute(node, "class", state === "counting" ? "visually-hidden" : "")
      writeText(node, status)
      return true
    },
  }
}

function createFacts(): Region {
  const node = makeElement("span", { part: "facts" })
  return {
    node,
    update({ camera, words }) {
      if (camera === undefined) return false
      writeText(node, words.facts(camera.settings.width, camera.settings.height))
      return true
    },
  }
}
