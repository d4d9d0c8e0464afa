import { makeIcon } from "./icons.ts"
import { makeButton } from "./make-element.ts"
import type { Region } from "./region.ts"
import { keyOf, type ViewActions } from "./view-state.ts"
import { writeAttribute, writeLabel } from "./write-changes.ts"

/** Turns the preview round. */
export function createMirrorToggle({ turnMirror }: ViewActions): Region {
  const node = makeButton({ part: "button mirror" }, turnMirror, makeIcon("mirror"))
  return {
    node,
    update(state) {
      writeLabel(node, state.words.mirror)
      writeAttribute(node, "aria-pressed", state.isMirrored ? "true" : "false")
      writeAttribute(node, "aria-keyshortcuts", keyOf(state, "m"))
      return true
    },
  }
}

/** The camera's light, where it has one. */
export function createTorchToggle({ turnTorch }: ViewActions): Region {
  const node = makeButton({ part: "button torch" }, turnTorch, makeIcon("torch"))
  return {
    node,
    update({ camera, words }) {
      const torch = camera?.controls.torch
      writeLabel(node, words.torch)
      writeAttribute(node, "aria-pressed", torch?.value === "on" ? "true" : "false")
      return torch !== undefined
    },
  }
}
