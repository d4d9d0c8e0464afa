import { signDocument, toBase64Url } from "@darkslide/crypto"
import { domains } from "../domains.ts"
import { RoomsError } from "../errors.ts"
import type { GroupKeys } from "../group/group-keys.ts"
import { roomCodeOf } from "../group/room-code.ts"
import { inviteFragment } from "../link/invite-link.ts"
import type { Invite } from "../keys/room-secret.ts"
import { isStaff, mayChat, type Role } from "../membership/roles.ts"
import type { Door as AdmissionDoor } from "./door.ts"
import { appoint } from "./authority.ts"
import type { Engine } from "./engine.ts"
import type { RoomEvent, RoomMember } from "./events.ts"
import type { KnownPerson } from "./roster.ts"
import { changeSettings, requireAuthority, rotateSecret, type Settings } from "./staff.ts"

/** What rooms give of their group's keys. */
export type RoomKeys = Pick<GroupKeys, "name" | "epoch" | "leafIndex" | "exportKey">

/**
 * A room that one is in. All of it goes through the hub, which reads nothing of it.
 * What a method cannot do throws RoomsError: `ROOMS_FORBIDDEN` by role, `ROOMS_CLOSED` after the end.
 */
export class Room implements AsyncDisposable {
  readonly #engine: Engine
  readonly #door: AdmissionDoor

  /** @internal Made by `joinRoom` and `createRoom`. */
  constructor(engine: Engine, door: AdmissionDoor) {
    this.#engine = engine
    this.#door = door
  }

  /** @internal For tests that make a member lie. */
  static engineOf(room: Room): Engine {
    return room.#engine
  }

  get id(): string {
    return this.#engine.state.roomId
  }

  /** By leaf index. */
  get members(): readonly RoomMember[] {
    const { state } = this.#engine
    return (state.group?.members ?? []).map((member) => state.describe(member))
  }

  get self(): RoomMember {
    const self = this.members.find(({ isSelf }) => isSelf)
    if (!self) throw new RoomsError("ROOMS_CLOSED", "Cannot say who we are: not in the room")
    return self
  }

  /** Thirty digits, the same for everybody in this epoch: see `fingerprint` of members for single persons. */
  get code(): string {
    return roomCodeOf(this.#group.authenticator)
  }

  /** Key material of the present epoch, for what is not sent through the hub: media. */
  get keys(): RoomKeys {
    return this.#group
  }

  get #group(): GroupKeys {
    const { group } = this.#engine.state
    if (!group) throw new RoomsError("ROOMS_CLOSED", "Cannot give keys: not in the room")
    return group
  }

  /**
   * Tells what another member said of its epoch elsewhere, such as over a data channel. Another code of the same epoch, or a
   * newer epoch whose commit the hub does not bring within two seconds, ends the room with `ROOMS_FORKED`.
   */
  hearEpoch(heard: { readonly epoch: bigint; readonly code: string }): void {
    this.#engine.hearEpoch(heard)
  }

  get locked(): boolean {
    return this.#engine.state.head.locked
  }

  /** Shows the server's other routes that this connection is in the room, while it is: for items of channels. */
  get pass(): string {
    return this.#engine.session.joined.token
  }

  /** What lets others knock, as long as nobody replaces it. */
  get invite(): Invite {
    return this.#engine.state.invite
  }

  /** As {@link invite}, for the end of a link: `#1.…`. */
  get inviteFragment(): string {
    return inviteFragment(this.invite)
  }

  /**
   * What happens from this call on, `closed` last. Each call is a subscription of its own, which keeps the newest 1,000
   * events that were not read.
   */
  events(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<RoomEvent, void> {
    return this.#engine.state.events.read(options.signal)
  }

  /** At most 4,000 UTF-16 units. */
  async chat(text: string): Promise<void> {
    if (!mayChat(this.self.role)) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot chat: a viewer may not")
    await this.#engine.say({ k: "chat", text })
  }

  /**
   * Sends what JSON can hold to all members, or to some: the others could read it, and are not told.
   * @param kind - Names it for the receivers; at most 64 UTF-16 units.
   */
  async send(kind: string, value: unknown, options: { readonly to?: readonly RoomMember[] } = {}): Promise<void> {
    const to = options.to?.map(({ leaf }) => leaf)
    await this.#engine.say({ k: "app", kind, value, ...(to && { to }) })
  }

  /** Lets somebody in who knocked, in the role that they asked for or another. @throws RangeError when nobody of this id is at the door. */
  async approve(knockId: number, options: { readonly role?: Role | undefined } = {}): Promise<void> {
    const desk = await this.#door.desk()
    await desk.approve(knockId, options.role)
  }

  /** Sends somebody away. @throws RangeError when nobody of this id is at the door. */
  async deny(knockId: number): Promise<void> {
    const desk = await this.#door.desk()
    desk.deny(knockId)
  }

  /** A code such as `12345-678901` that brings one person to this member, once. It dies with this visit, or after five tries. */
  async issueCode(): Promise<string> {
    requireAuthority(this.#door.authority, "issue a code")
    const desk = await this.#door.desk()
    return await desk.issueCode()
  }

  /** A password by which this member answers the door; each wrong one makes the next wait twice as long. */
  async setPassword(password: string | undefined): Promise<void> {
    requireAuthority(this.#door.authority, "set a password")
    const desk = await this.#door.desk()
    desk.setPassword(password)
  }

  /** Removes somebody, then replaces secret and link: they come back by nothing they have. Only the owner removes staff. */
  async kick(member: RoomMember): Promise<void> {
    const authority = requireAuthority(this.#staff(), "kick")
    if (isStaff(member.role) && !authority.isOwner)
      throw new RoomsError("ROOMS_FORBIDDEN", "Cannot kick: only the owner removes staff")
    await this.#engine.remove(member.leaf)
    await rotateSecret(this.#engine, authority, { dismissStaff: isStaff(member.role) })
  }

  /** Replaces secret and link; everybody stays. */
  async revokeLink(): Promise<void> {
    await rotateSecret(this.#engine, requireAuthority(this.#staff(), "revoke the link"), { dismissStaff: false })
  }

  /** Locked: nobody new is let in. */
  async configure(settings: Settings): Promise<void> {
    await changeSettings(this.#engine, requireAuthority(this.#staff(), "change settings"), settings)
  }

  /** Gives a member another role, in this visit and those to come. Only the owner does that. */
  async appoint(member: RoomMember, role: Exclude<Role, "owner">): Promise<void> {
    const authority = requireAuthority(this.#door.authority, "give roles")
    if (!authority.isOwner) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot give roles: only the owner may")
    const { state } = this.#engine
    const { generation } = state.head
    const facts = { room: state.roomId, person: member.person, role, admits: isStaff(role), generation }
    const proven = { grant: await appoint(authority.signer, facts), issuer: new Uint8Array() }
    this.#engine.words.takeGrant(proven)
    await this.#engine.say({ k: "role", grant: toBase64Url(proven.grant), issuer: "" })
  }

  /** Notes that a person's fingerprint was compared, for this visit. Keep it to give it to `joinRoom` next time. */
  verify(member: KnownPerson): void {
    this.#engine.state.roster.verify(member)
  }

  /** Ends the room for everybody, and deletes all that the hub has of it. Only the owner does that. */
  async clear(): Promise<void> {
    const authority = requireAuthority(this.#door.authority, "clear the room")
    if (!authority.isOwner) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot clear the room: only the owner may")
    const { session } = this.#engine
    const value = { v: 1, room: this.id, nonce: session.nonce }
    await session.ask({ t: "clear", proof: toBase64Url(await signDocument(domains.clear, value, authority.signer)) })
    this.#engine.close()
  }

  /** Says goodbye, so that the others get new keys at once, and goes. */
  async leave(): Promise<void> {
    try {
      await this.#engine.say({ k: "leaving" })
    } catch (error) {
      // Without a connection there is nobody to say goodbye to: the hub tells the others when the time is over.
      if (!(error instanceof RoomsError)) throw error
    }
    this.#engine.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave()
  }

  /** Authority over others, while the role that it comes from holds. */
  #staff() {
    const { authority } = this.#door
    return authority && (authority.isOwner || isStaff(this.self.role)) ? authority : undefined
  }
}
