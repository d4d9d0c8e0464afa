import type { StoredItem } from "../items/item-store.ts"

/** Sealed bytes to keep for a while. */
export interface ItemUpload {
  readonly id: string
  readonly sealed: Uint8Array
  readonly ttlMs: number
  readonly maxReads: number
}

/** The items that a server has of one room: the port under channels. Over HTTP by `httpItems`. */
export interface ItemTransport {
  /** Resolves once they are kept. Once more with the same bytes does no harm. */
  put(item: ItemUpload, options?: AbortableOptions): Promise<void>
  /** `undefined` when it is gone. More than `maxBytes` are refused unread. */
  get(id: string, options: AbortableOptions & { readonly maxBytes: number }): Promise<FetchedItem | undefined>
  /** Whether it is there, without reading it. */
  has(id: string, options?: AbortableOptions): Promise<boolean>
  list(options?: AbortableOptions): Promise<readonly StoredItem[]>
  /** Removes all items of the room. */
  clear(options?: AbortableOptions): Promise<void>
}

export interface FetchedItem {
  readonly sealed: Uint8Array<ArrayBuffer>
  /** 0: that was the last time. */
  readonly readsLeft: number
}

export interface AbortableOptions {
  readonly signal?: AbortSignal | undefined
}
