import { html, type TemplateResult } from "lit"
import { roomStrings } from "../room-strings.ts"
import type { WireRecord } from "../rooms/wire-record.ts"
import { sizeInWords } from "./figures.ts"

const words = roomStrings

/** The newest frames between this page and the hub, as they were: all that the server gets of a room from here. */
export function roomSees(wire: WireRecord): TemplateResult {
  return html`<details class="card sees">
    <summary>
      <h2>${words.sees}</h2>
      <wa-icon name="chevron-down"></wa-icon>
    </summary>
    <p class="soft">${words.seesSums(wire.count, sizeInWords(wire.sentBytes), sizeInWords(wire.receivedBytes))}</p>
    <div class="sees-table" tabindex="0" role="region" aria-label=${words.sees}>
      <table>
        <thead>
          <tr>
            <th scope="col">${words.seesKind}</th>
            <th scope="col">${words.seesSize}</th>
            <th scope="col">${words.seesBytes}</th>
          </tr>
        </thead>
        <tbody>
          ${wire.frames
            .slice(-12)
            .toReversed()
            .map(
              ({ direction, kind, bytes, text }) =>
                html`<tr>
                  <td>${kind}<br /><span class="small soft">${words.seesDirections[direction]}</span></td>
                  <td>${sizeInWords(bytes)}</td>
                  <td><code>${text.slice(0, 160)}${text.length > 160 ? "…" : ""}</code></td>
                </tr>`,
            )}
        </tbody>
      </table>
    </div>
    <p class="small"><a href="/what-the-server-sees">${words.sees}</a></p>
  </details>`
}
