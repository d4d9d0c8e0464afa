import { wordsForError } from "../words.ts"
import { makeIcon } from "./icons.ts"
import { makeElement } from "./make-element.ts"
import { createMessage } from "./message.ts"
import { updateRegions, type Region } from "./region.ts"
import type { ViewActions } from "./view-state.ts"
import { createFilePicker, createOwnElement, createRetryButton, createSecureLink, createTabLink } from "./ways-on.ts"

/** Why there is no camera, in words, and each way on that fits it. */
export function createFailedMessage(actions: ViewActions): Region {
  const ways = makeElement("div", { class: "ways" })
  const { node, write } = createMessage(makeIcon("warning"), "alert", ways)
  const regions = [
    createOwnElement(actions),
    createRetryButton(actions),
    createSecureLink(),
    createTabLink(),
    createFilePicker(actions),
  ]
  return {
    node,
    update(state) {
      const hasFailed = state.state === "failed"
      const { what, todo } = hasFailed ? wordsForError(state.failure, state.words) : { what: "", todo: "" }
      write(what, todo)
      updateRegions(ways, hasFailed ? regions : [], state)
      return hasFailed
    },
  }
}
