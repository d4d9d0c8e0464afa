import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import type { Announcement, RoomBeacon } from "@darkslide/rooms"
import * as z from "zod/mini"
import type { Api } from "../http/api.ts"

/** A room that a neighbour's server announces. */
export interface NearbyBeacon {
  readonly id: string
  readonly announcement: Announcement
}

/** What this page's server sees and says on its networks: a port, over HTTP by {@link httpNearby}. */
export interface NearbyServer {
  /** `undefined` where the server does not look around. */
  list(): Promise<readonly NearbyBeacon[] | undefined>
  /** Announces a room from now on; no beacons end it. */
  announce(
    room: { readonly id: string; readonly pass: string },
    asked: { readonly beacons: readonly RoomBeacon[]; readonly name?: string | undefined },
  ): Promise<void>
}

const text = z.string()
const nearby = z.object({
  on: z.boolean(),
  neighbours: z.array(
    z.object({
      id: text,
      tag: text,
      port: z.number(),
      at: z.number(),
      signature: text,
      shown: z.optional(z.object({ name: text, roomId: text })),
    }),
  ),
})

export function httpNearby(api: Api): NearbyServer {
  return {
    async list() {
      const { on, neighbours } = await api.json(nearby, "GET", "/v1/nearby")
      if (!on) return undefined
      return neighbours.map(({ id, tag, signature, ...rest }) => ({
        id,
        announcement: { ...rest, tag: fromBase64Url(tag, 16), signature: fromBase64Url(signature, 64) },
      }))
    },
    async announce({ id, pass }, { beacons, name }) {
      const body = {
        beacons: beacons.map(({ slot, tag, seed }) => ({ slot, tag: toBase64Url(tag), seed: toBase64Url(seed) })),
        ...(name !== undefined && { name }),
      }
      await api.send("PUT", `/v1/rooms/${id}/beacons`, { body, headers: { Authorization: `Bearer ${pass}` } })
    },
  }
}
