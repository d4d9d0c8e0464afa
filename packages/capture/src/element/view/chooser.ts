import { makeIcon } from "./icons.ts"
import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import type { ViewActions, ViewState } from "./view-state.ts"
import { writeText } from "./write-changes.ts"

/** The menu of cameras. A switch would give up what is being taken: it waits until that is done. */
export function createChooser({ choose }: ViewActions): Region {
  const name = makeElement("span", { class: "visually-hidden" })
  const select = makeElement("select", { part: "select" })
  select.addEventListener("change", () => choose(select.value))
  return {
    node: makeElement("label", { part: "chooser", class: "chooser" }, name, select, makeIcon("chevron")),
    update(state) {
      const { words, cameras, chosen } = state
      const isNamed = cameras.some(({ deviceId }) => deviceId !== "")
      writeText(name, words.camera)
      writeOptions(select, isNamed ? namesOf(state) : [["", words.camera]])
      // Where the choice is the browser's, the menu stays as it was.
      if (chosen !== "" && select.value !== chosen) select.value = chosen
      select.disabled = !isNamed || isBusy(state)
      return true
    },
  }
}

type Name = readonly [deviceId: string, name: string]

function namesOf({ cameras, words }: ViewState): readonly Name[] {
  return cameras.map(({ deviceId, label }, at) => [deviceId, label === "" ? words.unnamed(at + 1) : label])
}

function isBusy({ state }: ViewState): boolean {
  return state === "counting" || state === "taking" || state === "recording"
}

/** Only those that differ are written: the menu may be open. */
function writeOptions(select: HTMLSelectElement, names: readonly Name[]): void {
  while (select.options.length > names.length) select.options.item(select.options.length - 1)?.remove()
  for (const [at, [deviceId, name]] of names.entries()) {
    const option = select.options.item(at) ?? select.appendChild(makeElement("option"))
    if (option.value !== deviceId || !option.hasAttribute("value")) option.value = deviceId
    writeText(option, name)
  }
}
