import { createChooser } from "./chooser.ts"
import { makeElement } from "./make-element.ts"
import { createRecordButton } from "./record-button.ts"
import { updateRegions, type Region } from "./region.ts"
import { createShutterButton } from "./shutter-button.ts"
import { createTimerButton } from "./timer-button.ts"
import { createMirrorToggle, createTorchToggle } from "./toggles.ts"
import type { ViewActions, ViewState } from "./view-state.ts"

/**
 * Chooser, shutter, timer and whatever the camera has. What cannot be pressed for a moment is `aria-disabled` only: a
 * button that is disabled under a person's finger would lose the focus.
 */
export function createControls(actions: ViewActions): Region {
  const shutterGroup = makeElement("div", { class: "shutter-group" })
  const tools = makeElement("div", { part: "tools", class: "tools" })
  const node = makeElement("div", { part: "controls", class: "controls" })
  const chooser = createChooser(actions)
  const shutters = [createShutterButton(actions), createRecordButton(actions)]
  const toolRegions = [createTimerButton(actions), createMirrorToggle(actions), createTorchToggle(actions)]
  node.append(chooser.node, shutterGroup, tools)
  return {
    node,
    update(state) {
      node.hidden = !isOfUse(state)
      chooser.update(state)
      updateRegions(shutterGroup, shutters, state)
      updateRegions(tools, toolRegions, state)
      return true
    },
  }
}

/** Where there is no camera and no other to choose, a shutter would only be in the way. */
function isOfUse({ state, cameras }: ViewState): boolean {
  return (state !== "off" && state !== "failed") || cameras.some(({ deviceId }) => deviceId !== "")
}
