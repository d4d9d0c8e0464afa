import { makeIcon } from "./icons.ts"
import { makeButton, makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { keyOf, type ViewActions } from "./view-state.ts"
import { writeAttribute, writeChildren, writeText } from "./write-changes.ts"

/** Goes through the timer's seconds, and shows them. */
export function createTimerButton({ nextTimer }: ViewActions): Region {
  const sign = makeIcon("timer")
  const name = makeElement("span", { class: "visually-hidden" })
  const seconds = makeElement("span", { "aria-hidden": "true" })
  const node = makeButton({ part: "button timer", class: "timer" }, nextTimer)
  return {
    node,
    update(state) {
      const { timer, words } = state
      const label = words.timer(timer)
      writeAttribute(node, "title", label)
      writeText(name, label)
      writeText(seconds, `${timer} s`)
      writeChildren(node, timer > 0 ? [sign, name, seconds] : [sign, name])
      writeAttribute(node, "data-set", timer > 0 ? "" : undefined)
      writeAttribute(node, "aria-keyshortcuts", keyOf(state, "t"))
      node.disabled = state.state === "failed"
      return true
    },
  }
}
