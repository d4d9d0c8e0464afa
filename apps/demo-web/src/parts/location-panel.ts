import type { Location } from "@darkslide/metadata"
import { html, nothing, type TemplateResult } from "lit"
import { detailStrings } from "../detail-strings.ts"
import { metersInWords, placeForms, precisionMeters } from "../files/place-forms.ts"
import { announce } from "../page-events.ts"

const words = detailStrings.place
const figures = new Intl.NumberFormat("en", { maximumFractionDigits: 1 })

/** Where a picture was taken, in numbers: no map is fetched, and nobody is told. */
export function locationPanel(location: Location | undefined): TemplateResult {
  return html`<section class="facts-card place-card" aria-labelledby="place">
    <h3 id="place"><wa-icon name="place"></wa-icon>${words.heading}</h3>
    ${location === undefined ? html`<p class="soft">${words.none}</p>` : known(location)}
  </section>`
}

function known(location: Location): TemplateResult {
  const { altitudeMeters, directionDegrees, directionFrom = "true north", precisionDegrees, errorMeters } = location
  const forms = placeForms(location)
  const { latitude, longitude } = location
  const map = `https://www.openstreetmap.org/?mlat=${latitude.toFixed(5)}&mlon=${longitude.toFixed(5)}`
  return html`<dl class="facts-list">
      ${copyable(words.decimal, forms.decimal)} ${copyable(words.dms, forms.dms)} ${copyable(words.uri, forms.uri)}
      ${
        altitudeMeters === undefined
          ? nothing
          : row(
              words.altitude,
              (altitudeMeters < 0 ? words.below : words.above)(figures.format(Math.abs(altitudeMeters))),
            )
      }
      ${
        directionDegrees === undefined
          ? nothing
          : row(words.direction, words.directionOf(figures.format(directionDegrees), directionFrom))
      }
      ${
        precisionDegrees === undefined
          ? nothing
          : row(words.precision, words.precisionOf(metersInWords(precisionMeters(precisionDegrees))))
      }
      ${errorMeters === undefined ? nothing : row(words.precision, words.errorOf(metersInWords(errorMeters)))}
    </dl>
    <div class="place-map">
      <a href=${map} target="_blank" rel="noopener noreferrer">${words.map}</a>
      <p class="small soft">${words.mapHelp}</p>
    </div>`
}

function row(label: string, value: string): TemplateResult {
  return html`<dt>${label}</dt>
    <dd>${value}</dd>`
}

function copyable(label: string, value: string): TemplateResult {
  return html`<dt>${label}</dt>
    <dd class="copyable">
      <span>${value}</span>
      <button
        class="plain icon-only"
        type="button"
        aria-label=${words.copy(label)}
        @click=${(event: Event) => copy(event, value)}
      >
        <wa-icon name="copy"></wa-icon>
      </button>
    </dd>`
}

async function copy(event: Event, text: string): Promise<void> {
  const from = event.currentTarget as HTMLElement
  try {
    await navigator.clipboard.writeText(text)
    announce(from, words.copied)
  } catch {
    // The browser asks no reason: the text can be selected.
    announce(from, words.copyRefused)
  }
}
