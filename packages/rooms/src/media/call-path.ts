import type { RoomsError } from "../errors.ts"
import type { RoomMember } from "../room/events.ts"
import type { CallRoom } from "./call-room.ts"
import type { CallSignal, Source, SourceStates } from "./call-signal.ts"
import type { VideoCodec } from "./codec-choice.ts"
import type { LinkState } from "./ice-restarts.ts"
import type { LinkSender, Sending } from "./link-sender.ts"
import type { MediaWorker } from "./media-worker-host.ts"
import type { Received } from "./peer-link.ts"
import type { Fault } from "./watchdog.ts"

/** A connection that sealed streams go over. */
export interface MediaLink {
  readonly connection: RTCPeerConnection
  readonly senders: readonly LinkSender[]
  readonly received: readonly Received[]
  /** Which source a section of the description is, ours or theirs. */
  sourceOf(mid: string): Source | undefined
}

/** Somebody in the call, with the connection that their streams come on. */
export interface PathPerson {
  /** As they were when they came. */
  readonly member: RoomMember
  readonly link: MediaLink
  readonly state: LinkState
  readonly states: SourceStates
}

/** `mesh`: from browser to browser. `unit`: through a server that passes on what it cannot open. */
export type CallWay = "mesh" | "unit"

export interface PathListener {
  onJoined(person: PathPerson): void
  onLeft(person: PathPerson): void
  onState(person: PathPerson): void
  onReceived(person: PathPerson, received: Received): void
  onEnded(person: PathPerson, received: Received): void
  /** Which sources they send, and which of them are muted. */
  onStates(person: PathPerson, before: SourceStates): void
  /** Words of somebody's that did not go by the hub. */
  onWord(person: PathPerson, word: string): void
  /** Something of somebody's could not be done. */
  onRefused(member: RoomMember, error: RoomsError): void
  /** Streams take another way than before. */
  onWay(): void
  /** Nothing can be said any more. */
  onFailed(error: unknown): void
}

export interface PathOptions {
  readonly room: CallRoom
  readonly worker: MediaWorker
  readonly configuration: RTCConfiguration
  readonly codecs: readonly VideoCodec[]
  readonly sending: () => ReadonlyMap<Source, Sending>
  readonly states: () => SourceStates
  readonly listener: PathListener
}

/** The way that a call's sealed streams take: a mesh of connections, or a forwarding unit. The frames are the same. */
export interface CallPath {
  readonly way: CallWay
  readonly people: readonly PathPerson[]
  /** The connection of what we send, where it goes to all at once. */
  readonly ownLink: MediaLink | undefined
  /** Says that we are here. @throws RoomsError when the way cannot be gone. */
  enter(): Promise<void>
  /** Sends a source to everybody. What cannot be sent to somebody is told as refused. */
  send(source: Source, sending: Sending): Promise<void>
  withdraw(source: Source): Promise<void>
  /** Tells all which sources there are, and which are muted. */
  tellStates(): Promise<void>
  /** @throws RoomsError for what cannot be followed. */
  hear(from: RoomMember, signal: CallSignal): void
  /** Somebody is no more in the call, or in the room. */
  leave(leaf: string): void
  /** Says something past the hub, where there is a way. */
  say(word: string): void
  /** Looks for the way to everybody anew. */
  restart(): void
  /** Cuts a stream off at once. @returns whether it was still there. */
  cutOff(fault: Fault): Promise<boolean>
  /** Begins anew what was cut off. @param sending - What to send of it, if it is ours and still shared. */
  renew(fault: Fault, sending: Sending | undefined): Promise<void>
  /** Closes all links; says goodbye if there is anybody to say it to. */
  close(): Promise<void>
}

/** Makes the path of a call, once for each. */
export type CallVia = (options: PathOptions) => CallPath
