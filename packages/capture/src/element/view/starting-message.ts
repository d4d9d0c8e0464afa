import { makeElement } from "./make-element.ts"
import { createMessage } from "./message.ts"
import type { Region } from "./region.ts"

export function createStartingMessage(): Region {
  const { node, write } = createMessage(makeElement("span", { class: "spinner" }), "none")
  return {
    node,
    update({ state, words }) {
      write(words.starting, words.startingHelp)
      return state === "starting"
    },
  }
}
