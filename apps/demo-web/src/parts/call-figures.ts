import type { CallWay, PersonStatistics, StreamStatistics } from "@darkslide/rooms/media"
import { html, nothing, type TemplateResult } from "lit"
import { callStrings } from "../call-strings.ts"
import type { LiveCall } from "../call/live-call.ts"
import "./wire-pane.ts"

const words = callStrings

/** What goes over the network, in figures, and one sealed frame of it. */
export function callFigures({ figures, sample, way }: LiveCall): TemplateResult {
  const isRelayed = figures.some((person) => person.isRelayed === true)
  const passes = way === "unit" ? "unit" : isRelayed ? "relayed" : "direct"
  return html`<details class="card sees call-figures">
    <summary>
      <h3>${words.figures}</h3>
      <wa-icon name="chevron-down"></wa-icon>
    </summary>
    <p class="soft">${words.server[passes]}</p>
    ${figures.length === 0 ? nothing : figuresTable(figures, way)}
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
export function callLine({ figures, way }: LiveCall): string {
  if (figures.length === 0) return words.lineNone
  const sum = (direction: "outgoing" | "incoming"): string =>
    rate(figures.flatMap((person) => person[direction]).reduce((total, { bitrate }) => total + bitrate, 0))
  return `${words.line(sum("outgoing"), sum("incoming"))} ${words.wayLines[way]}`
}

/** Behind a forwarding unit one connection carries what is sent to all. */
function figuresTable(figures: readonly PersonStatistics[], by: CallWay): TemplateResult {
  const { person, way, out, into } = words.columns
  const wayOf = (isRelayed: boolean | undefined): string =>
    words.ways[isRelayed === undefined ? "unknown" : isRelayed ? "relayed" : by === "unit" ? "unit" : "direct"]
  return html`<div class="sees-table" tabindex="0" role="region" aria-label=${words.figures}>
    <table>
      <thead>
        <tr>
          ${[person, way, out, into].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${inOrder(figures).map(
          ({ member, isRelayed, roundTripMs, outgoing, incoming }) =>
            html`<tr>
              <th scope="row">${member.isSelf ? words.everybody : member.name}</th>
              <td>
                ${wayOf(isRelayed)}
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

/** What goes to all comes first; then each in their place. */
function inOrder(figures: readonly PersonStatistics[]): readonly PersonStatistics[] {
  const place = ({ isSelf, leafIndex }: PersonStatistics["member"]): number => (isSelf ? -1 : leafIndex)
  return figures.toSorted((one, other) => place(one.member) - place(other.member))
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
