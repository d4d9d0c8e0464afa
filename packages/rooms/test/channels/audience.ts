import { vi } from "vitest"
import { openChannel, type Channel, type OpenChannelOptions } from "../../src/channels/channel.ts"
import type { ChannelEvent, ChannelItem } from "../../src/channels/channel-events.ts"
import { intercept, type Interception, type WireEvent } from "../../src/channels/intercept.ts"
import type { ItemTransport } from "../../src/channels/item-transport.ts"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import type { ItemStore } from "../../src/items/item-store.ts"
import { logWithItems } from "../../src/items/log-with-items.ts"
import { memoryItems } from "../../src/items/memory-items.ts"
import { tapOf } from "../../src/link/tap-link.ts"
import type { Role } from "../../src/membership/roles.ts"
import { Company, signal, type Guest } from "../room/company.ts"
import { HandClock } from "./hand-clock.ts"
import { heldItems } from "./held-items.ts"

/** Somebody in a channel. */
export interface Viewer extends Guest {
  readonly channel: Channel
  readonly told: ChannelEvent[]
}

type Options = Partial<OpenChannelOptions> & { readonly tap?: (items: ItemTransport) => ItemTransport }

/** People of one channel, its server and its clock. */
export class Audience {
  readonly clock = new HandClock()
  readonly store: ItemStore = memoryItems()
  readonly hub: Hub = createHub({ log: logWithItems(memoryLog(), this.store) })
  readonly company: Company = new Company(this.hub)

  items(room: string, pass: () => string): ItemTransport {
    return heldItems(this.store, { hub: this.hub, room, pass, now: this.clock.now })
  }

  async create(name: string, options: Options = {}): Promise<Viewer> {
    return await this.view(await this.company.create(name), options)
  }

  async join(name: string, host: Viewer, role: Exclude<Role, "owner" | "moderator">, options: Options = {}) {
    const guest = await this.company.join(name, { invite: host.room.invite }, { role })
    return await this.view(guest, options)
  }

  async view(guest: Guest, options: Options = {}): Promise<Viewer> {
    const { room } = guest
    const items = this.items(room.id, () => room.pass)
    const transport = options.tap?.(items) ?? items
    const channel = await openChannel(room, { clock: this.clock, signal: signal(), ...options, items: transport })
    const told: ChannelEvent[] = []
    void keep(channel.events(), told)
    return { ...guest, channel, told }
  }

  async intercept(host: Viewer): Promise<{ readonly interception: Interception; readonly seen: WireEvent[] }> {
    const tap = tapOf(host.room.invite)
    const interception = await intercept({
      transport: this.company.transport(),
      tap,
      items: (pass) => this.items(tap.roomId, () => pass),
      clock: this.clock,
      signal: signal(),
    })
    const seen: WireEvent[] = []
    void keep(interception.events(), seen)
    return { interception, seen }
  }
}

async function keep<Event>(events: AsyncIterable<Event>, into: Event[]): Promise<void> {
  for await (const event of events) into.push(event)
}

/** Waits for an event that has come or comes. */
export async function expectTold<Type extends ChannelEvent["type"]>(
  { told }: Viewer,
  type: Type,
  matches: (event: Extract<ChannelEvent, { type: Type }>) => boolean = () => true,
): Promise<Extract<ChannelEvent, { type: Type }>> {
  return await vi.waitFor(
    () => {
      const found = told.find((one): one is Extract<ChannelEvent, { type: Type }> => {
        return one.type === type && matches(one as Extract<ChannelEvent, { type: Type }>)
      })
      if (!found) throw new Error(`No ${type} came, but ${told.map((one) => one.type).join()}`)
      return found
    },
    { timeout: 15_000, interval: 5 },
  )
}

/** Until each has the keys of all others. */
export async function expectReaders(...viewers: readonly Viewer[]): Promise<void> {
  for (const { channel } of viewers)
    await vi.waitFor(
      () => {
        if (channel.readers.length < viewers.length) throw new Error("keys are missing")
      },
      { timeout: 15_000, interval: 5 },
    )
}

export async function newImage(viewer: Viewer): Promise<ChannelItem> {
  return (await expectTold(viewer, "new_image")).item
}
