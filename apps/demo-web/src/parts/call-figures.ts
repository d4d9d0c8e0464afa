import type { PersonStatistics, StreamStatistics } from "@darkslide/rooms/media"
import { html, nothing, type TemplateResult } from "lit"
import { callStrings } from "../call-strings.ts"
import type { LiveCall } from "../call/live-call.ts"
import "./wire-pane.ts"

const words = callStrings

/** What goes over the network, in figures, and one sealed frame of it. */
export function callFigures({ figures, sample }: LiveCall): TemplateResult {
  const isRelayed = figures.some((person) => person.isRelayed === true)
  return html`<details class="card sees call-figures">
    <summary>
      <h3>${words.figures}</h3>
      <wa-icon name="chevron-down"></wa-icon>
    </summary>
    <p class="soft">${isRelayed ? words.server.relayed : words.server.direct}</p>
    ${figures.length === 0 ? nothing : figuresTable(figures)}
    ${
      sample === undefined
        ? nothing
        : html`<h4>${words.sampleHeading}</h4>
            <p class="small soft">${words.sampleHelp} ${sample.isKey ? words.sampleKey : words.sampleDelta}.</p>
            <div class="pane wire">
              <darkslide-wire-pane .bytes=${sample.bytes} label=${words.sampleLabel}></darkslide-wire-pane>
            </div>`
    }
  </details>`
}

/** All of it in one line. */
export function callLine({ figures }: LiveCall): string {
  if (figures.length === 0) return words.lineNone
  const sum = (way: "outgoing" | "incoming"): string =>
    rate(figures.flatMap((person) => person[way]).reduce((total, { bitrate }) => total + bitrate, 0))
  return words.line(sum("outgoing"), sum("incoming"))
}

function figuresTable(figures: readonly PersonStatistics[]): TemplateResult {
  const { person, way, out, into } = words.columns
  return html`<div class="sees-table" tabindex="0" role="region" aria-label=${words.figures}>
    <table>
      <thead>
        <tr>
          ${[person, way, out, into].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${figures.map(
          ({ member, isRelayed, roundTripMs, outgoing, incoming }) =>
            html`<tr>
              <th scope="row">${member.name}</th>
              <td>
                ${words.ways[isRelayed === undefined ? "unknown" : isRelayed ? "relayed" : "direct"]}
                ${roundTripMs === undefined ? nothing : html`<br /><span class="small soft">${words.roundTrip(roundTripMs)}</span>`}
              </td>
              <td>${streamRows(outgoing)}</td>
              <td>${streamRows(incoming)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function streamRows(streams: readonly StreamStatistics[]): TemplateResult | string {
  if (streams.length === 0) return words.nothing
  return html`${streams.map((stream) => {
    const facts = factsOf(stream)
    return html`<p>
      ${words.sources[stream.source]}: ${rate(stream.bitrate)}
      ${facts === "" ? nothing : html`<br /><span class="small soft">${facts}</span>`}
    </p>`
  })}`
}

function factsOf({ width, height, framesPerSecond, codec, lostPercent, limitedBy }: StreamStatistics): string {
  const { limited } = words
  const facts = [
    width !== undefined && height !== undefined && words.picture(width, height, framesPerSecond ?? 0),
    codec?.replace(/^\w+\//u, ""),
    lostPercent !== undefined && lostPercent > 0 && words.lost(lostPercent.toFixed(1)),
    (limitedBy === "bandwidth" || limitedBy === "cpu") && limited[limitedBy],
  ]
  return facts.filter((fact) => typeof fact === "string").join(", ")
}

function rate(bitsPerSecond: number): string {
  return words.rate(bitsPerSecond / 1000)
}
