import { makeButton } from "./make-element.ts"
import type { Region } from "./region.ts"
import { keyOf, type ViewActions } from "./view-state.ts"
import { writeAttribute, writeLabel } from "./write-changes.ts"

/** Takes the photo; while the timer counts, cancels it. */
export function createShutterButton({ shoot, cancelTimer }: ViewActions): Region {
  let isCounting = false
  const node = makeButton({ part: "shutter" }, () => (isCounting ? cancelTimer() : shoot()))
  return {
    node,
    update(state) {
      isCounting = state.state === "counting"
      writeAttribute(node, "class", isCounting ? "shutter stop" : "shutter")
      writeLabel(node, isCounting ? state.words.cancelTimer : state.words.shutter)
      writeAttribute(node, "aria-keyshortcuts", isCounting ? "Escape" : keyOf(state, "p"))
      writeAttribute(node, "aria-disabled", state.state === "live" || isCounting ? "false" : "true")
      return true
    },
  }
}
