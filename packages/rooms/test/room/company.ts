import { afterEach, vi } from "vitest"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import type { OwnerKeys } from "../../src/keys/owner-keys.ts"
import { createRoom, type CreateRoomOptions } from "../../src/room/create-room.ts"
import type { RoomEvent } from "../../src/room/events.ts"
import { joinRoom, type JoinRoomOptions } from "../../src/room/join-room.ts"
import type { Room } from "../../src/room/room.ts"
import { HubTransport } from "./hub-transport.ts"

/** Somebody in a room, with what they see. */
export interface Guest {
  readonly room: Room
  readonly transport: HubTransport
  readonly seen: RoomEvent[]
  /** Of who made the room. */
  readonly owner?: OwnerKeys
}

const open: AbortController[] = []
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort(new Error("the test is over"))
})

/** People around one hub. Everybody leaves when the test is over. */
export class Company {
  readonly hub: Hub
  /** Of everybody who ever connected. */
  readonly transports: HubTransport[] = []

  constructor(hub: Hub = createHub({ log: memoryLog() })) {
    this.hub = hub
  }

  transport(): HubTransport {
    const transport = new HubTransport(this.hub)
    this.transports.push(transport)
    return transport
  }

  async create(name: string, options: Partial<CreateRoomOptions> = {}): Promise<Guest & { owner: OwnerKeys }> {
    const transport = this.transport()
    const { room, owner } = await createRoom({ transport, name, door: "open", signal: signal(), ...options })
    return { ...watch(room, transport), owner }
  }

  async join(name: string, entry: JoinRoomOptions["entry"], options: Partial<JoinRoomOptions> = {}): Promise<Guest> {
    const transport = options.transport instanceof HubTransport ? options.transport : this.transport()
    const room = await joinRoom({ name, entry, signal: signal(), ...options, transport })
    return watch(room, transport)
  }

  /** A room with its owner and so many others, who all know each other. */
  async gather(owner: string, ...others: string[]): Promise<Guest[]> {
    const host = await this.create(owner)
    const guests: Guest[] = [host]
    for (const name of others) guests.push(await this.join(name, { invite: host.room.invite }))
    await expectSettled(guests)
    return guests
  }
}

export function signal(): AbortSignal {
  const controller = new AbortController()
  open.push(controller)
  return controller.signal
}

export function watch(room: Room, transport: HubTransport): Guest {
  const seen: RoomEvent[] = []
  const events = room.events()
  void (async () => {
    for await (const event of events) seen.push(event)
  })()
  return { room, transport, seen }
}

/** Waits until all are in one epoch and see the same members. */
export async function expectSettled(guests: readonly Guest[]): Promise<void> {
  await vi.waitFor(
    () => {
      const views = guests.map(({ room }) => `${room.keys.epoch} ${room.code} ${room.members.length}`)
      if (new Set(views).size > 1 || guests[0]?.room.members.length !== guests.length)
        throw new Error(`They do not agree: ${views.join(" | ")}`)
    },
    { timeout: 15_000, interval: 5 },
  )
}

/** The first event of a type that has come or comes. */
export async function expectEvent<Type extends RoomEvent["type"]>(
  { seen }: Guest,
  type: Type,
  matches: (event: Extract<RoomEvent, { type: Type }>) => boolean = () => true,
): Promise<Extract<RoomEvent, { type: Type }>> {
  return await vi.waitFor(
    () => {
      const found = seen.find((one): one is Extract<RoomEvent, { type: Type }> => {
        return one.type === type && matches(one as Extract<RoomEvent, { type: Type }>)
      })
      if (!found) throw new Error(`No ${type} came, but ${seen.map((one) => JSON.stringify(one, plain)).join()}`)
      return found
    },
    { timeout: 15_000, interval: 5 },
  )
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value
}
