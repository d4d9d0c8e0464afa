import { html, type TemplateResult } from "lit"
import { alertStrings as words } from "../alert-strings.ts"
import type { SentAlert, TargetChannel } from "../alerts/alerts-service.ts"
import { dayAndTime } from "./figures.ts"

/** What was sent where, and how it went. */
export function deliveryLog(log: readonly SentAlert[]): TemplateResult {
  if (log.length === 0) return html`<p class="soft">${words.noLog}</p>`
  return html`<div class="log-frame" tabindex="0" role="group" aria-label=${words.log}>
    <table class="log">
      <thead>
        <tr>
          ${words.logColumns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${log.map(
          (entry) =>
            html`<tr>
              <td>${dayAndTime(entry.updatedAt)}</td>
              <td>${nameOf(entry.channel)}</td>
              <td class="exact">${entry.destination}</td>
              <td>${words.logKinds[entry.kind] ?? entry.kind}</td>
              <td data-state=${entry.state}>
                ${words.logStates[entry.state]}${entry.code === null || entry.state === "sent" ? "" : ` (${entry.code})`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function nameOf(channel: string): string {
  return Object.hasOwn(words.channelNames, channel) ? words.channelNames[channel as TargetChannel] : channel
}
