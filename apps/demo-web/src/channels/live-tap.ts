import type { Interception, StoredItem } from "@darkslide/rooms/channels"
import type { ConnectionState, RoomsError } from "@darkslide/rooms"

/** What an interceptor holds of one picture: sealed bytes, as the server keeps them. */
export interface TappedItem {
  readonly item: StoredItem
  readonly bytes: Uint8Array
}

/** A message that went by. */
export interface TappedMessage {
  readonly seq: number
  readonly from: number
  readonly bytes: number
}

const keptMessages = 50

/** An interceptor's view of a channel, for a page. */
export class LiveTap {
  readonly roomId: string
  readonly #interception: Interception
  items: readonly TappedItem[] = []
  messages: readonly TappedMessage[] = []
  present: readonly number[] = []
  /** Of all items, also of those that are gone. */
  storedCount = 0
  connection: ConnectionState = { state: "connected" }
  over: { readonly error?: RoomsError | undefined } | undefined
  readonly #listeners = new Set<() => void>()

  constructor(roomId: string, interception: Interception) {
    this.roomId = roomId
    this.#interception = interception
    void this.#follow()
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    this.#listeners.add(listener)
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true })
  }

  close(): void {
    this.#interception.close()
  }

  async #follow(): Promise<void> {
    for await (const event of this.#interception.events()) {
      if (event.type === "message") {
        const { seq, from, bytes } = event
        this.messages = [...this.messages, { seq, from, bytes: bytes.length }].slice(-keptMessages)
      } else if (event.type === "stored") {
        this.items = [...this.items, event]
        this.storedCount++
      } else if (event.type === "removed") this.items = this.items.filter(({ item }) => item.id !== event.id)
      else if (event.type === "people") this.present = event.present
      else if (event.type === "connection") this.connection = event
      else this.over = event.error ? { error: event.error } : {}
      for (const listener of this.#listeners) listener()
    }
  }
}
