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

/** Who is in the call, with their pictures and screens, and one's own picture small. */
export function callGrid(call: LiveCall, own: OwnMedia, self: RoomMember): TemplateResult {
  const { people } = call
  const tiles = people.flatMap((person) => tilesOf(person, call.isMissing(person.member)))
  const columns = columnsFor(people.length)
  return html`<div class="call-stage" ?data-alone=${people.length === 0}>
    <ul class="call-grid" data-columns=${columns}>
      ${repeat(
        tiles,
        ({ key }) => key,
        ({ content }) => content,
      )}
    </ul>
    ${ownTile(own, self)}
  </div>`
}

/** 2 to 8 people: as near to a square as their number allows. */
function columnsFor(people: number): number {
  if (people <= 1) return 1
  if (people <= 4) return 2
  return people <= 6 ? 3 : 4
}

function tilesOf(person: CallPerson, isMissing: boolean): readonly Tile[] {
  const { member, streams } = person
  const of = (source: RemoteStream["source"]): RemoteStream | undefined =>
    streams.find((stream) => stream.source === source)
  const screen = of("screen")
  const tile = {
    key: member.leaf,
    content: personTile(person, { isMissing, camera: of("camera"), sound: of("microphone") }),
  }
  return screen && !screen.isMuted
    ? [{ key: `${member.leaf} screen`, content: screenTile(member, screen) }, tile]
    : [tile]
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
function personTile(
  { member, state }: CallPerson,
  shown: {
    readonly isMissing: boolean
    readonly camera: RemoteStream | undefined
    readonly sound: RemoteStream | undefined
  },
): TemplateResult {
  const { camera, sound, isMissing } = shown
  const hasPicture = camera !== undefined && !camera.isMuted
  const isSilent = sound === undefined || sound.isMuted
  const trouble = isMissing && state === "connected" ? words.keyMissing : words.links[state]
  return html`<li class="call-tile" data-link=${state} data-trust=${member.trust} data-name=${member.name}>
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
      ${hasPicture ? nothing : html`<span class="visually-hidden">${words.noPicture}</span>`}
      <span class="call-facts">${roomStrings.roles[member.role]} · ${roomStrings.trust[member.trust]}</span>
    </div>
  </li>`
}

function ownTile(own: OwnMedia, { name }: RoomMember): TemplateResult {
  const { camera, isMuted } = own
  return html`<div class="call-tile own">
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
  </div>`
}

function initial(name: string): TemplateResult {
  return html`<span class="call-initial" aria-hidden="true">${[...name][0] ?? ""}</span>`
}
