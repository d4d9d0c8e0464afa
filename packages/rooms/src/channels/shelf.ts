import type { Clock } from "../clock.ts"
import type { ChannelItem } from "./channel-events.ts"

/** The items that are there, each until its time is over. */
export class Shelf {
  readonly #clock: Clock
  readonly #items = new Map<string, { readonly item: ChannelItem; readonly gone: AbortController }>()
  readonly #seen = new Set<string>()
  readonly #onTime: (item: ChannelItem) => void

  constructor(clock: Clock, onTime: (item: ChannelItem) => void) {
    this.#clock = clock
    this.#onTime = onTime
  }

  /** Oldest first. */
  get items(): readonly ChannelItem[] {
    return [...this.#items.values()].map(({ item }) => item)
  }

  has(id: string): boolean {
    return this.#items.has(id)
  }

  /** @returns false for an id that was there before: no announcement counts twice. */
  add(item: ChannelItem): boolean {
    if (this.#seen.has(item.id)) return false
    this.#seen.add(item.id)
    const gone = new AbortController()
    this.#items.set(item.id, { item, gone })
    void this.#waitFor(item, gone.signal)
    return true
  }

  async #waitFor(item: ChannelItem, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(item.expiresAt - this.#clock.now(), signal)
    } catch {
      // It was taken away before its time.
      return
    }
    if (this.take(item.id)) this.#onTime(item)
  }

  /** Takes an item away; `undefined` when it is not there. */
  take(id: string): ChannelItem | undefined {
    const held = this.#items.get(id)
    this.#items.delete(id)
    held?.gone.abort()
    return held?.item
  }

  takeAll(): readonly ChannelItem[] {
    return this.items.filter(({ id }) => this.take(id))
  }
}
