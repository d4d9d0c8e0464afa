import type { RoomMember } from "@darkslide/rooms"
import { html, nothing, type TemplateResult } from "lit"
import { live as asShown } from "lit/directives/live.js"
import { roomStrings } from "../room-strings.ts"
import type { LiveRoom } from "../rooms/live-room.ts"

const words = roomStrings

/** What the owner may make of others. */
export type GivenRole = Exclude<RoomMember["role"], "owner">

const givenRoles: Readonly<Record<LiveRoom["kind"], readonly GivenRole[]>> = {
  room: ["moderator", "member", "viewer"],
  channel: ["moderator", "member", "sender", "receiver", "viewer"],
}

interface Doings {
  readonly compare: (member: RoomMember) => void
  readonly remove: (member: RoomMember) => void
  readonly appoint: (member: RoomMember, role: GivenRole) => void
}

/** Who is there, how far one can be sure, what they may do, and the code of all. */
export function roomPeople(live: LiveRoom, doings: Doings): TemplateResult {
  const { members, room } = live
  const mayAppoint = ({ isSelf, role }: RoomMember): boolean =>
    !isSelf && role !== "owner" && room.self.role === "owner"
  const mayRemove = (member: RoomMember): boolean =>
    !member.isSelf && (room.self.role === "owner" || (room.self.role === "moderator" && member.role !== "owner"))
  return html`<section class="card" aria-labelledby="people">
    <h2 id="people">${words.people(members.length)}</h2>
    <ul class="people">
      ${members.map(
        (member) =>
          html`<li class="person" data-trust=${member.trust}>
            <details>
              <summary>
                <span class="person-facts">
                  <span class="person-name">
                    <strong>${member.name}</strong
                    >${member.isSelf ? html` <span class="soft">(${words.you})</span>` : nothing}
                  </span>
                  <span class="small soft">${words.roles[member.role]}</span>
                  ${member.isSelf ? nothing : html`<span class="small trust">${words.trust[member.trust]}</span>`}
                </span>
                <wa-icon name="chevron-down"></wa-icon>
              </summary>
              <p class="small soft">${words.fingerprint}</p>
              <p class="exact">${member.fingerprint}</p>
              ${mayAppoint(member) ? roleField(live, member, doings.appoint) : nothing}
              ${
                member.isSelf
                  ? nothing
                  : html`<div class="row">
                      ${
                        member.trust === "verified"
                          ? nothing
                          : html`<wa-button size="s" appearance="outlined" @click=${() => doings.compare(member)}
                              ><span class="visually-hidden">${words.compareName(member.name)}</span
                              ><span aria-hidden="true">${words.compare}</span></wa-button
                            >`
                      }
                      ${
                        mayRemove(member)
                          ? html`<wa-button
                              size="s"
                              appearance="outlined"
                              variant="danger"
                              @click=${() => doings.remove(member)}
                              ><span class="visually-hidden">${words.removeName(member.name)}</span
                              ><span aria-hidden="true">${words.remove}</span></wa-button
                            >`
                          : nothing
                      }
                    </div>`
              }
            </details>
          </li>`,
      )}
    </ul>
    <h3 class="small">${words.roomCode}</h3>
    <p class="exact room-code">${room.code}</p>
    <p class="small soft">${words.roomCodeHelp}</p>
  </section>`
}

function roleField({ kind }: LiveRoom, member: RoomMember, appoint: Doings["appoint"]): TemplateResult {
  const id = `role-${member.leafIndex}`
  const roles = givenRoles[kind]
  // Whatever they came as is among the choices.
  const shown = roles.some((role) => role === member.role) ? roles : [...roles, member.role]
  return html`<div class="field">
    <label for=${id}>${words.roleOf(member.name)}</label>
    <div class="select">
      <select
        id=${id}
        aria-describedby="${id}-help"
        @change=${({ currentTarget }: Event) => {
          const { value } = currentTarget as HTMLSelectElement
          const role = roles.find((one) => one === value)
          if (role !== undefined) appoint(member, role)
        }}
      >
        ${shown.map(
          (role) =>
            html`<option value=${role} .selected=${asShown(role === member.role)}>${words.roles[role]}</option>`,
        )}
      </select>
      <wa-icon name="chevron-down"></wa-icon>
    </div>
    <p class="help" id="${id}-help">${words.mayDo[member.role]}</p>
  </div>`
}
