import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { writeText } from "./write-changes.ts"

/** How long the recording has gone on. */
export function createRecordingBadge(): Region {
  const node = makeElement("span", { part: "badge recording", class: "badge rec" })
  return {
    node,
    update({ activity, words }) {
      if (activity.doing !== "recording") return false
      writeText(node, words.recording(Math.floor((Date.now() - activity.since) / 1000)))
      return true
    },
  }
}
