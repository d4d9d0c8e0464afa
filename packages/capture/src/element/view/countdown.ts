import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { writeText } from "./write-changes.ts"

/** The seconds left, large; the status line reads them out. */
export function createCountdown(): Region {
  const node = makeElement("span", { part: "count", class: "count", "aria-hidden": "true" })
  return {
    node,
    update({ activity }) {
      if (activity.doing !== "counting") return false
      writeText(node, `${activity.secondsLeft}`)
      return true
    },
  }
}
