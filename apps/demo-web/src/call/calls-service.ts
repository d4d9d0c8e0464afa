import type { Room } from "@darkslide/rooms"
import type { Call } from "@darkslide/rooms/media"
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
   * The relays that the room's server knows; none: people find each other in one network.
   * @param via - The neighbour whose server has the room.
   */
  relays(room: Room, via: string | undefined, signal: AbortSignal): Promise<readonly RTCIceServer[]>
  join(room: Room, options: JoinCallOptions): Promise<Call>
}

export interface JoinCallOptions {
  readonly iceServers: readonly RTCIceServer[]
  /** `relay`: the others do not learn this device's address. */
  readonly route: "any" | "relay"
  readonly signal: AbortSignal
}
