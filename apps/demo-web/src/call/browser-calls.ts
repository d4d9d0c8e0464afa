import type { Room } from "@darkslide/rooms"
import type { Call } from "@darkslide/rooms/media"
import * as z from "zod/mini"
import type { Api } from "../http/api.ts"
import type { CallsService, JoinCallOptions } from "./calls-service.ts"
import { listMicrophones, openMicrophone } from "./microphone.ts"

const answer = z.object({
  iceServers: z.array(
    z.object({ urls: z.array(z.string()), username: z.optional(z.string()), credential: z.optional(z.string()) }),
  ),
})

/** Calls by this browser's own WebRTC; the code for them is fetched with the first one. */
export class BrowserCalls implements CallsService {
  readonly microphones = listMicrophones
  readonly openMicrophone = openMicrophone
  readonly hasScreens: boolean = "getDisplayMedia" in (globalThis.navigator.mediaDevices ?? {})
  readonly #api: Api
  readonly #createWorker: () => Worker

  constructor(options: { readonly api: Api; readonly createWorker: () => Worker }) {
    this.#api = options.api
    this.#createWorker = options.createWorker
  }

  async openScreen(): Promise<MediaStreamTrack | undefined> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false })
      return stream.getVideoTracks()[0]
    } catch (error) {
      // Whoever closes the choice says no, and knows it.
      if (error instanceof DOMException && error.name === "NotAllowedError") return undefined
      throw error
    }
  }

  async relays(room: Room, via: string | undefined, signal: AbortSignal): Promise<readonly RTCIceServer[]> {
    const place = via === undefined ? "" : `/nearby/${encodeURIComponent(via)}`
    const headers = { Authorization: `Bearer ${room.pass}` }
    const path = `/v1${place}/rooms/${room.id}/ice-servers`
    const { iceServers } = await this.#api.json(answer, "GET", path, { headers, signal })
    return iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    }))
  }

  async join(room: Room, { iceServers, route, signal }: JoinCallOptions): Promise<Call> {
    const { joinCall } = await import("@darkslide/rooms/media")
    return await joinCall(room, { iceServers, route, signal, createWorker: this.#createWorker })
  }
}
