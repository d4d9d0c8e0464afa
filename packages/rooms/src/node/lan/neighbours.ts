import { announcementMaxAgeMs, type Announcement } from "../../beacon/room-beacon.ts"
import { isOnLink, type LanInterface } from "./interfaces.ts"

/** A room that a server on this network announces. To whoever has no secret of it, its tag is noise. */
export interface Neighbour {
  /** For one beacon of one server. */
  readonly id: string
  /** The server's, on a network of this machine. */
  readonly address: string
  readonly announcement: Announcement
}

const maxPerSource = 64
const maxInAll = 512

/** What was announced lately, by direct neighbours. */
export class Neighbours {
  readonly #found = new Map<string, Neighbour>()

  /** Forgets what is too old, then gives the rest. */
  list(now: number): readonly Neighbour[] {
    for (const [key, { announcement }] of this.#found)
      if (now - announcement.at > announcementMaxAgeMs) this.#found.delete(key)
    return [...this.#found.values()]
  }

  /** @returns whether it is believed: fresh, from a direct neighbour, who does not announce too many. */
  take(announcement: Announcement, from: string, where: { now: number; interfaces: readonly LanInterface[] }): boolean {
    const { now, interfaces } = where
    if (Math.abs(now - announcement.at) > announcementMaxAgeMs || !isOnLink(from, interfaces)) return false
    const id = `${from}:${announcement.port}:${Buffer.from(announcement.tag).toString("base64url")}`
    const before = this.#found.get(id)
    if (before && before.announcement.at >= announcement.at) return true
    const others = this.list(now)
    const ofSource = others.filter(({ address }) => address === from).length
    if (!before && (ofSource >= maxPerSource || others.length >= maxInAll)) return false
    this.#found.set(id, { id, address: from, announcement })
    return true
  }
}
