import { Aliases } from "./aliases.ts"
import { memoryBus, type Bus, type BusEvent } from "./bus.ts"
import { HubConnection } from "./hub-connection.ts"
import { hashToken } from "./hub-door.ts"
import { HubRoom } from "./hub-room.ts"
import { defaultHubLimits, type HubLimits } from "./limits.ts"
import { readKeptHead } from "../membership/head.ts"
import type { RoomLog } from "./room-log.ts"

/** The far end of a connection, whatever carries it. */
export interface HubOutlet {
  /** One frame; queued when it cannot leave at once. */
  send(text: string): void
  close(): void
  /** What is queued, in bytes. */
  readonly bufferedBytes: number
}

/** The near end of a connection. */
export interface HubInlet {
  /** Takes a frame. Frames are worked on one after the other; the promise never rejects. */
  receive(text: string): Promise<void>
  /** The connection is gone: after what it said last, its member is away for a while, then gone too. Never rejects. */
  closed(): Promise<void>
}

/** Relays opaque messages of rooms, in order. It knows no names, keys or passwords, and cannot make members. */
export interface Hub {
  connect(outlet: HubOutlet): HubInlet
  /** Whose pass this is (`room.pass` of a client), while they are in the room: for routes beside the hub. */
  visitor(room: string, pass: string): Visitor | undefined
  /** Ends what has waited too long and sends digests: call it about ten times a second. */
  tick(): Promise<void>
  /** Closes every connection. */
  close(): void
}

/** Somebody who is in a room, as the hub knows them. */
export interface Visitor {
  /** Of the connection, in its room. */
  readonly number: number
  /** Only listens: may look at what is stored, and change nothing. */
  readonly watches: boolean
}

export interface HubOptions {
  readonly log: RoomLog
  /** Default: {@link memoryBus}. Who is present is known within one hub: send all members of a room to the same. */
  readonly bus?: Bus | undefined
  readonly limits?: Partial<HubLimits> | undefined
  /** Milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Told what failed in the log or the bus; the connection that met it is closed. Default: it is thrown away. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** What the connections of one hub share. */
export interface HubState {
  readonly log: RoomLog
  readonly bus: Bus
  readonly limits: HubLimits
  readonly now: () => number
  readonly onError: (error: unknown) => void
  readonly aliases: Aliases
  /** Rooms that somebody is in. */
  readonly rooms: ReadonlyMap<string, HubRoom>
  readonly connections: Set<HubConnection>
  /** The room, from memory or the log. */
  openRoom(id: string): Promise<HubRoom | undefined>
  /** Forgets a room in which nobody is. */
  releaseRoom(room: HubRoom): void
}

/** 32 bytes in canonical base64url. */
const passPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/u

/** A hub without a transport: `hubSocketEvents` puts WebSockets on it. */
export function createHub(options: HubOptions): Hub {
  const state = createState(options)
  return {
    connect(outlet) {
      const connection = new HubConnection(state, outlet)
      state.connections.add(connection)
      return connection
    },
    visitor(room, pass) {
      const tokenHash = passPattern.test(pass) ? hashToken(pass) : undefined
      const member = [...(state.rooms.get(room)?.members.values() ?? [])].find((one) => one.tokenHash === tokenHash)
      return member && { number: member.number, watches: member.watches }
    },
    async tick() {
      const now = state.now()
      for (const connection of state.connections) connection.tick(now)
      for (const room of [...state.rooms.values()]) await tickRoom(state, room, now)
      state.aliases.tick(now)
    },
    close() {
      for (const connection of [...state.connections]) connection.end()
    },
  }
}

async function tickRoom(state: HubState, room: HubRoom, now: number): Promise<void> {
  if (room.head.expiresAt !== undefined && room.head.expiresAt <= now) {
    await state.log.remove(room.id)
    state.bus.publish(room.id, { t: "removed" })
    return
  }
  const { resumeMs, renewMs } = state.limits
  for (const member of room.members.values()) {
    const isGone = member.awaySince !== undefined && now - member.awaySince >= resumeMs
    const isOut = member.owesProofSince !== undefined && now - member.owesProofSince >= renewMs
    if (!isGone && !isOut) continue
    const { line } = member
    member.line = undefined
    room.members.delete(member.number)
    if (!member.watches) room.announce("left", member.number, now)
    line?.send({ t: "error", code: "revoked" })
    line?.close()
  }
  room.tick(now)
  state.releaseRoom(room)
}

function createState(options: HubOptions): HubState {
  const { log, bus = memoryBus(), now = Date.now, onError = () => {} } = options
  const limits = { ...defaultHubLimits, ...options.limits }
  const rooms = new Map<string, HubRoom>()
  const opening = new Map<string, Promise<HubRoom | undefined>>()

  async function load(id: string): Promise<HubRoom | undefined> {
    const record = await log.load(id)
    if (!record) return undefined
    const room = new HubRoom({ id, record, head: readKeptHead(record), log, bus, limits, onBus, onError })
    rooms.set(id, room)
    return room
  }

  function onBus(room: HubRoom, event: BusEvent): void {
    if (event.t === "entry") room.deliver(event.entry)
    else if (event.t === "hint") room.sendHint({ t: "hint", from: event.from, body: event.body })
    else if (event.t === "tell") {
      const line = room.members.get(event.to)?.line ?? room.knockers.get(event.to)?.line
      line?.send({ t: "told", from: event.from, body: event.body })
    } else if (event.t === "record") reload(room).catch(onError)
    else endRoom(room)
  }

  async function reload(room: HubRoom): Promise<void> {
    const record = await log.load(room.id)
    if (!record || record.serial <= room.record.serial) return
    room.takeRecord(record, readKeptHead(record), now())
    room.sendAll(room.headMessage())
  }

  function endRoom(room: HubRoom): void {
    rooms.delete(room.id)
    room.forget()
    const code = room.head.expiresAt !== undefined && room.head.expiresAt <= now() ? "expired" : "cleared"
    for (const { line } of [...room.members.values(), ...room.knockers.values()]) {
      line?.send({ t: "error", code })
      line?.close()
    }
    room.members.clear()
    room.knockers.clear()
  }

  return {
    log,
    bus,
    limits,
    now,
    onError,
    aliases: new Aliases(),
    rooms,
    connections: new Set(),
    async openRoom(id) {
      let running = opening.get(id)
      if (running === undefined && !rooms.has(id)) {
        running = load(id).finally(() => opening.delete(id))
        opening.set(id, running)
      }
      return rooms.get(id) ?? (await running)
    },
    releaseRoom(room) {
      if (!room.isEmpty || rooms.get(room.id) !== room) return
      rooms.delete(room.id)
      room.forget()
    },
  }
}
