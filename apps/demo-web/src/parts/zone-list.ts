import type { MotionZone } from "@darkslide/capture/motion"
import { html, type TemplateResult } from "lit"
import { addCorner, fewestCorners, removeCorner, type ZoneDraft } from "../camera/zone-draft.ts"
import { strings } from "../strings.ts"

const words = strings.motion

/** The zones by name, and ways to another one. */
export function zoneList(
  zones: readonly MotionZone[],
  actions: { readonly add: (rule: ZoneDraft["rule"]) => void; readonly remove: (index: number) => void },
): TemplateResult {
  return html`<section class="zone-list" aria-labelledby="zones">
    <h2 id="zones">${words.zones}</h2>
    ${
      zones.length === 0
        ? html`<p class="small soft">${words.noZones}</p>`
        : html`<ul>
            ${zones.map(
              ({ name, rule }, index) =>
                html`<li>
                  <span class="swatch ${rule}"></span>
                  <span>${name} <span class="soft">${words.rules[rule]}</span></span>
                  <button
                    class="plain"
                    type="button"
                    aria-label=${words.remove(name)}
                    @click=${() => actions.remove(index)}
                  >
                    ${strings.uploads.remove}
                  </button>
                </li>`,
            )}
          </ul>`
    }
    <div class="row">
      <wa-button appearance="outlined" @click=${() => actions.add("watch")}>${words.addWatch}</wa-button>
      <wa-button appearance="outlined" @click=${() => actions.add("ignore")}>${words.addIgnore}</wa-button>
    </div>
  </section>`
}

/** What can be done while a zone is drawn; the same as by keys and pointer on the picture. */
export function zoneDrawing(
  draft: ZoneDraft,
  draw: (draft: ZoneDraft, act: "change" | "finish" | "cancel") => void,
): TemplateResult {
  const { length } = draft.corners
  return html`<section class="zone-list" aria-labelledby="drawing">
    <h2 id="drawing">${words.drawing[draft.rule]}</h2>
    <p id="zone-help" class="small soft">${words.help}</p>
    <p>${words.corners(length)}</p>
    <div class="row">
      <wa-button variant="brand" ?disabled=${length < fewestCorners} @click=${() => draw(draft, "finish")}>
        ${words.finish}
      </wa-button>
      <wa-button appearance="outlined" @click=${() => draw(addCorner(draft), "change")}>${words.addCorner}</wa-button>
      <wa-button appearance="outlined" ?disabled=${length === 0} @click=${() => draw(removeCorner(draft), "change")}>
        ${words.undo}
      </wa-button>
      <wa-button appearance="outlined" @click=${() => draw(draft, "cancel")}>${strings.cancel}</wa-button>
    </div>
  </section>`
}
