import type { RoomMember } from "@darkslide/rooms"
import type { CallPerson, RemoteStream } from "@darkslide/rooms/media"
import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { callStrings } from "../call-strings.ts"
import type { LiveCall } from "../call/live-call.ts"
import type { OwnMedia } from "../call/own-media.ts"
import { isMirrored } from "../camera/viewer.ts"
import { roomStrings } from "../room-strings.ts"
import { steadyStream } from "./steady-stream.ts"

const words = callStrings

interface Tile {
  readonly key: string
  readonly content: TemplateResult
}

/**
 * Who is in the call, with their pictures and screens. One's own picture is one of them; over that of the other, small, while
 * there is but one.
 */
export function callGrid(call: LiveCall, own: OwnMedia, self: RoomMember): TemplateResult {
  // Each keeps their place, whatever their connection does.
  const people = call.people.toSorted((one, other) => one.member.leafIndex - other.member.leafIndex)
  const screens = people.flatMap(screenOf)
  const isOver = people.length === 1 && screens.length === 0
  const tiles = [
    ...screens,
    ...people.map((person) => personTile(person, call.isMissing(person.member))),
    ownTile(own, self, isOver ? "over" : "among"),
  ]
  return html`<div class="call-stage">
    <ul class="call-grid" aria-label=${words.grid} data-columns=${columnsFor(people.length, screens.length > 0)}>
      ${repeat(
        tiles,
        ({ key }) => key,
        ({ content }) => content,
      )}
    </ul>
  </div>`
}

/** 2 to 8 people, with oneself: as near to a square as their number allows; below a screen, in one row. */
function columnsFor(others: number, hasScreen: boolean): number {
  if (hasScreen) return others < 6 ? 6 : 8
  if (others <= 1) return 1
  if (others <= 3) return 2
  return others <= 5 ? 3 : 4
}

function streamOf({ streams }: CallPerson, source: RemoteStream["source"]): RemoteStream | undefined {
  return streams.find((stream) => stream.source === source)
}

function screenOf(person: CallPerson): readonly Tile[] {
  const screen = streamOf(person, "screen")
  if (!screen || screen.isMuted) return []
  return [{ key: `${person.member.leaf} screen`, content: screenTile(person.member, screen) }]
}

function screenTile({ name }: RoomMember, { stream }: RemoteStream): TemplateResult {
  return html`<li class="call-tile screen">
    <video
      aria-label=${words.screenOf(name)}
      .srcObject=${steadyStream(stream)}
      autoplay
      .muted=${true}
      playsinline
    ></video>
    <p class="call-plate"><strong>${words.screenOf(name)}</strong></p>
  </li>`
}

/** The element is there without a picture, too: it is what lets one hear them. */
function personTile(person: CallPerson, isMissing: boolean): Tile {
  const { member, state } = person
  const [camera, sound] = [streamOf(person, "camera"), streamOf(person, "microphone")]
  const hasPicture = camera !== undefined && !camera.isMuted
  const isSilent = sound === undefined || sound.isMuted
  const trouble = isMissing && state === "connected" ? words.keyMissing : words.links[state]
  const content = html`<li class="call-tile" data-link=${state} data-trust=${member.trust} data-name=${member.name}>
    <video
      aria-label=${words.videoOf(member.name)}
      .srcObject=${steadyStream((camera ?? sound)?.stream)}
      ?data-covered=${!hasPicture}
      autoplay
      playsinline
    ></video>
    ${hasPicture ? nothing : initial(member.name)}
    ${trouble === "" ? nothing : html`<p class="call-words">${trouble}</p>`}
    <div class="call-plate">
      ${isSilent ? html`<wa-icon name="microphone-off" label=${words.mutedMark}></wa-icon>` : nothing}
      <strong>${member.name}</strong>
      ${hasPicture ? nothing : html`<span class="visually-hidden">${words.noPicture}</span>`} ${trustOf(member)}
    </div>
  </li>`
  return { key: member.leaf, content }
}

/** How far one can be sure who it is. Small tiles show the sign alone. */
function trustOf({ trust }: RoomMember): TemplateResult {
  const signs = { verified: "shield", changed: "warning", unverified: undefined } as const
  const sign = signs[trust]
  return html`${sign === undefined ? nothing : html`<wa-icon name=${sign} class="call-sign"></wa-icon>`}
    <span class="call-facts">${roomStrings.trust[trust]}</span>`
}

function ownTile({ camera, isMuted }: OwnMedia, { name }: RoomMember, place: "among" | "over"): Tile {
  const content = html`<li class="call-tile own" data-place=${place}>
    ${
      camera.state === "live"
        ? html`<video
            aria-label=${words.ownVideo}
            .srcObject=${steadyStream(camera.camera.stream)}
            ?data-mirrored=${isMirrored(camera.camera)}
            autoplay
            .muted=${true}
            playsinline
          ></video>`
        : initial(name)
    }
    <div class="call-plate">
      ${isMuted ? html`<wa-icon name="microphone-off" label=${words.mutedMark}></wa-icon>` : nothing}
      <strong>${words.you}</strong>
    </div>
  </li>`
  return { key: "own", content }
}

function initial(name: string): TemplateResult {
  return html`<span class="call-initial" aria-hidden="true">${[...name][0] ?? ""}</span>`
}
