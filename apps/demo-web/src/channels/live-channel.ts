import type { Channel, ChannelEvent, ChannelItem } from "@darkslide/rooms/channels"
import type { LiveRoom } from "../rooms/live-room.ts"

/** A picture of a channel, as far as this page has it. */
export interface ShownPicture {
  readonly item: ChannelItem
  /** Of the opened picture; revoked when it is over. */
  readonly url?: string | undefined
  readonly error?: unknown
}

const keptEvents = 200

/** A channel that this page is in: its pictures, opened as they come, and its events in order. */
export class LiveChannel {
  readonly live: LiveRoom
  readonly channel: Channel
  pictures: readonly ShownPicture[] = []
  events: readonly ChannelEvent[] = []
  readonly #listeners = new Set<() => void>()

  constructor(live: LiveRoom, channel: Channel) {
    this.live = live
    this.channel = channel
    void this.#follow()
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    this.#listeners.add(listener)
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true })
  }

  async #follow(): Promise<void> {
    for await (const event of this.channel.events()) {
      this.events = [...this.events, event].slice(-keptEvents)
      if (event.type === "new_image") void this.#open(event.item)
      if (event.type === "item_expired") this.#drop(event.item.id)
      if (event.type === "closed") for (const { item } of this.pictures) this.#drop(item.id)
      this.#changed()
    }
  }

  async #open(item: ChannelItem): Promise<void> {
    this.pictures = [...this.pictures, { item }]
    try {
      const bytes = await this.channel.open(item)
      this.#show({ item, url: URL.createObjectURL(new Blob([bytes], { type: item.type })) })
    } catch (error) {
      this.#show({ item, error })
    }
  }

  #show(shown: ShownPicture): void {
    const isThere = this.pictures.some(({ item }) => item.id === shown.item.id)
    if (!isThere && shown.url !== undefined) URL.revokeObjectURL(shown.url)
    this.pictures = this.pictures.map((picture) => (picture.item.id === shown.item.id ? shown : picture))
    this.#changed()
  }

  /** Nothing of it stays on the screen. */
  #drop(id: string): void {
    const gone = this.pictures.find(({ item }) => item.id === id)
    if (gone?.url !== undefined) URL.revokeObjectURL(gone.url)
    this.pictures = this.pictures.filter(({ item }) => item.id !== id)
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
