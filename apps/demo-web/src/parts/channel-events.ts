import type { ChannelEvent } from "@darkslide/rooms/channels"
import { html, type TemplateResult } from "lit"
import { channelStrings } from "../channel-strings.ts"
import { roomStrings } from "../room-strings.ts"
import { sizeInWords } from "./figures.ts"

const words = channelStrings

/** What happened in a channel, by the events' own names. */
export function channelEvents(events: readonly ChannelEvent[]): TemplateResult {
  return html`<section class="card" aria-labelledby="events">
    <h2 id="events">${words.events}</h2>
    <p class="small soft">${words.eventsHelp}</p>
    <ol class="channel-events" tabindex="0" aria-label=${words.events} aria-live="polite">
      ${events.map(
        (event) =>
          html`<li data-type=${event.type} data-seq=${event.seq}>
            <span class="small soft exact">${words.number(event.seq)}</span>
            <code>${event.type}</code>
            <span class="small">${said(event)}</span>
          </li>`,
      )}
    </ol>
  </section>`
}

function said(event: ChannelEvent): string {
  const role = (name: keyof typeof roomStrings.roles): string => roomStrings.roles[name]
  switch (event.type) {
    case "join":
      return words.said.join(event.members.length)
    case "user_joined":
      return words.said.user_joined(event.member.name, role(event.member.role))
    case "user_left":
      return words.said.user_left(event.member.name)
    case "new_image":
      return words.said.new_image(event.item.from.name, sizeInWords(event.item.bytes))
    case "item_expired":
      return words.said.item_expired[event.why]
    case "role_changed":
      return words.said.role_changed(event.member.name, role(event.member.role))
    case "key_known":
      return words.said.key_known(event.member.name)
    case "connection":
      return words.said[event.state]
    default:
      return words.said[event.type]
  }
}
