import { makeIcon } from "./icons.ts"
import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { writeChildren, writeText } from "./write-changes.ts"

/** A live region that says when the camera is covered or stands still. */
export function createWarning(): Region {
  const node = makeElement("div", { role: "status" })
  const words = document.createTextNode("")
  const warning = makeElement("span", { part: "warning", class: "warning" }, makeIcon("warning"), words)
  return {
    node,
    update(state) {
      if (state.verdict !== "ok") writeText(words, state.words[state.verdict])
      writeChildren(node, state.verdict === "ok" ? [] : [warning])
      return state.camera !== undefined
    },
  }
}
