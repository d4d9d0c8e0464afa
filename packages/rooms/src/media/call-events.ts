import type { RoomsError } from "../errors.ts"
import type { RoomMember } from "../room/events.ts"
import type { Source } from "./call-signal.ts"
import type { CallWay } from "./call-path.ts"
import type { LinkState } from "./ice-restarts.ts"
import type { PersonStatistics } from "./statistics.ts"

/** Somebody in the call, as we see them. */
export interface CallPerson {
  readonly member: RoomMember
  readonly state: LinkState
  readonly streams: readonly RemoteStream[]
}

/** What somebody sends. */
export interface RemoteStream {
  readonly source: Source
  readonly track: MediaStreamTrack
  /** For an element's `srcObject`: camera and microphone of one person are one stream, and stay in step. */
  readonly stream: MediaStream
  /** Nothing comes: its sender turned it off for a while. */
  readonly isMuted: boolean
}

/** What happens in a call, in order. */
export type CallEvent =
  | { readonly type: "person_joined"; readonly member: RoomMember }
  | { readonly type: "person_left"; readonly member: RoomMember }
  /** Somebody sends something: show it. */
  | ({ readonly type: "stream"; readonly member: RoomMember } & RemoteStream)
  | { readonly type: "stream_ended"; readonly member: RoomMember; readonly source: Source }
  | { readonly type: "muted" | "unmuted"; readonly member: RoomMember; readonly source: Source }
  | { readonly type: "link"; readonly member: RoomMember; readonly state: LinkState }
  /** Streams take another way from now on: they end, and come anew. */
  | { readonly type: "way"; readonly way: CallWay }
  /** What we send is sealed under this epoch from now on. */
  | { readonly type: "sealing"; readonly epoch: bigint }
  /** Frames of this person come under a key that we were not given in time; `undefined`: of somebody not in the room. */
  | { readonly type: "key_missing"; readonly member: RoomMember | undefined }
  /**
   * A stream had frames that went past the worker, and was cut off at once. `out`: ours, which is sent anew, sealed;
   * `in`: theirs, which nobody authenticated; they are asked to send it anew. Behind a forwarding unit, `out` has us as
   * its member.
   */
  | {
      readonly type: "leak_prevented"
      readonly member: RoomMember
      readonly source: Source
      readonly way: "out" | "in"
    }
  /** The browser did not bring a stream's frames to the worker, which happens now and then: it is sent anew. */
  | { readonly type: "repaired"; readonly member: RoomMember; readonly source: Source; readonly way: "out" | "in" }
  /** A stream of ours has a codec whose frames cannot be sealed: they are not sent. */
  | { readonly type: "codec_refused"; readonly mimeType: string }
  | { readonly type: "statistics"; readonly people: readonly PersonStatistics[] }
  /** A frame as it left us, for who wants to see what those see who have no key: see `watchWire`. */
  | { readonly type: "wire"; readonly bytes: Uint8Array<ArrayBuffer>; readonly isKey: boolean }
  /** Something came that was not believed, or that the browser refused, and changed nothing. */
  | { readonly type: "ignored"; readonly member: RoomMember | undefined; readonly error: RoomsError }
  /** The call is over for us; without an error it was left. Nothing comes after it. */
  | { readonly type: "ended"; readonly error?: RoomsError | undefined }
