import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import type { ViewActions } from "./view-state.ts"
import { writeAttribute, writeText } from "./write-changes.ts"

/** A slider in the device's own unit, where the camera can. */
export function createZoom({ setZoom }: ViewActions): Region {
  const name = makeElement("span")
  const slider = makeElement("input", { type: "range" })
  slider.addEventListener("change", () => setZoom(Number(slider.value)))
  return {
    node: makeElement("label", { part: "zoom", class: "zoom" }, name, slider),
    update({ camera, words }) {
      const zoom = camera?.controls.zoom
      if (zoom === undefined) return false
      writeText(name, words.zoom)
      writeAttribute(slider, "min", `${zoom.min}`)
      writeAttribute(slider, "max", `${zoom.max}`)
      writeAttribute(slider, "step", zoom.step === 0 ? "any" : `${zoom.step}`)
      // What the device did is drawn, but not under a finger that is still moving it.
      const value = `${zoom.value}`
      if (slider.value !== value && !slider.matches(":active")) slider.value = value
      return true
    },
  }
}
