import type { Room } from "@darkslide/rooms"
import type { Call, CallWay } from "@darkslide/rooms/media"
import type { Microphone, MicrophoneInfo } from "./microphone.ts"

/** Calls in rooms, and what of this device they need beside its cameras. Implemented in `browser-calls.ts`. */
export interface CallsService {
  microphones(): Promise<readonly MicrophoneInfo[]>
  /** @throws MicrophoneError; the signal's reason. */
  openMicrophone(options: { readonly deviceId?: string | undefined; readonly signal: AbortSignal }): Promise<Microphone>
  /** Whether this browser can share screens: those of phones cannot. */
  readonly hasScreens: boolean
  /** Asks the person for a screen or window; `undefined` when they chose none. */
  openScreen(): Promise<MediaStreamTrack | undefined>
  /**
   * What the room's server knows of ways for calls.
   * @param via - The neighbour whose server has the room.
   */
  ways(room: Room, via: string | undefined, signal: AbortSignal): Promise<CallWays>
  join(room: Room, options: JoinCallOptions): Promise<Call>
}

export interface CallWays {
  /** None: people find each other in one network. */
  readonly relays: readonly RTCIceServer[]
  /** Where the server passes calls on, if it does. */
  readonly unit?: URL | undefined
}

/** So many people send to each other, where there is a choice: each of them encodes and uploads for each of the others. */
export const maxInMesh = 4

export interface JoinCallOptions extends CallWays {
  /** Where there is a unit, how to begin. All go through it once one does, or more than `maxInMesh` are there. */
  readonly way: CallWay
  /** `relay`: the others do not learn this device's address. */
  readonly route: "any" | "relay"
  readonly signal: AbortSignal
}
