import type { Room } from "@darkslide/rooms"
import type { Call, CallVia } from "@darkslide/rooms/media"
import * as z from "zod/mini"
import type { Api } from "../http/api.ts"
import { maxInMesh, type CallsService, type CallWays, type JoinCallOptions } from "./calls-service.ts"
import { listMicrophones, openMicrophone } from "./microphone.ts"

const answer = z.object({
  iceServers: z.array(
    z.object({ urls: z.array(z.string()), username: z.optional(z.string()), credential: z.optional(z.string()) }),
  ),
  forwarding: z.boolean(),
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

  async ways(room: Room, via: string | undefined, signal: AbortSignal): Promise<CallWays> {
    const place = via === undefined ? "" : `/nearby/${encodeURIComponent(via)}`
    const headers = { Authorization: `Bearer ${room.pass}` }
    const path = `/v1${place}/rooms/${room.id}`
    const { iceServers, forwarding } = await this.#api.json(answer, "GET", `${path}/ice-servers`, { headers, signal })
    const relays = iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    }))
    return { relays, ...(forwarding && { unit: new URL(`${path}/forwarding`, this.#api.base) }) }
  }

  async join(room: Room, options: JoinCallOptions): Promise<Call> {
    const { relays, route, signal } = options
    const [{ joinCall }, via] = await Promise.all([import("@darkslide/rooms/media"), this.#viaOf(room, options)])
    return await joinCall(room, { iceServers: relays, route, via, signal, createWorker: this.#createWorker })
  }

  async #viaOf(room: Room, { unit: url, way }: JoinCallOptions): Promise<CallVia | undefined> {
    if (!url) return undefined
    const { forMoreThan, forwardingUnit } = await import("@darkslide/rooms/forwarding")
    const unit = forwardingUnit({ url, pass: () => room.pass, fetch: this.#api.fetch })
    return way === "unit" ? unit : forMoreThan(maxInMesh, unit)
  }
}
