import { createControls } from "./controls.ts"
import { createFoot } from "./foot.ts"
import { makeElement } from "./make-element.ts"
import { createProblem } from "./problem.ts"
import { updateRegions, type Region } from "./region.ts"
import type { ViewActions, ViewState } from "./view-state.ts"
import { createViewfinder } from "./viewfinder.ts"
import { createZoom } from "./zoom.ts"

/** All that the element shows, in its shadow root. */
export class CameraView {
  readonly #root: ShadowRoot
  readonly #regions: readonly Region[]

  constructor(root: ShadowRoot, actions: ViewActions) {
    this.#root = root
    this.#regions = [
      createViewfinder(actions),
      createProblem(),
      createControls(actions),
      createZoom(actions),
      createFoot(),
      { node: makeElement("slot"), update: () => true },
    ]
  }

  update(state: ViewState): void {
    const focused = this.#root.activeElement
    updateRegions(this.#root, this.#regions, state)
    // What was pressed may be gone with the state it belonged to: the focus goes on to what comes next.
    if (focused && !focused.checkVisibility()) this.#root.querySelector<HTMLElement>(".ways button, .shutter")?.focus()
  }
}
