import { makeIcon } from "./icons.ts"
import { makeButton } from "./make-element.ts"
import { createMessage } from "./message.ts"
import type { Region } from "./region.ts"
import type { ViewActions } from "./view-state.ts"
import { writeText } from "./write-changes.ts"

/** Nothing is seen yet, and one button changes that. */
export function createOffMessage({ start }: ViewActions): Region {
  const button = makeButton({ part: "button start", class: "primary" }, start)
  const { node, write } = createMessage(makeIcon("camera"), "none", button)
  return {
    node,
    update({ state, words }) {
      write(words.off, words.offHelp)
      writeText(button, words.turnOn)
      return state === "off"
    },
  }
}
