import type { RoomBeacon, ShownRoom } from "@darkslide/rooms"
import { openLan, type Lan, type Neighbour } from "@darkslide/rooms/lan"
import type { Hub } from "@darkslide/rooms/server"

/** Rooms of this server that are announced on its networks, and those that neighbours announce. */
export interface Nearby {
  /** Announces a room while whoever asked for it is in the room. An empty list ends it. */
  announce(room: string, asked: AnnouncedBy): void
  readonly neighbours: readonly Neighbour[]
  find(id: string): Neighbour | undefined
  close(): void
}

export interface AnnouncedBy {
  /** The pass of who asked. */
  readonly pass: string
  readonly beacons: readonly RoomBeacon[]
  readonly shown?: ShownRoom | undefined
}

/** @param options.port - Where this server listens, once it does. */
export async function openNearby(options: {
  readonly port: () => number
  readonly hub: Hub
  readonly onError: (error: unknown) => void
}): Promise<Nearby> {
  const { port, hub, onError } = options
  const announced = new Map<string, AnnouncedBy>()
  const rooms = () => {
    for (const [room, { pass }] of announced) if (!hub.visitor(room, pass)) announced.delete(room)
    return [...announced.values()]
  }
  const lan: Lan = await openLan({
    get port() {
      return port()
    },
    rooms,
    onError,
  })
  return {
    announce(room, asked) {
      if (asked.beacons.length === 0) announced.delete(room)
      else announced.set(room, asked)
      lan.refresh()
    },
    get neighbours() {
      return lan.neighbours
    },
    find: (id) => lan.neighbours.find((neighbour) => neighbour.id === id),
    close: () => lan.close(),
  }
}
