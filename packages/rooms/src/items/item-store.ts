/** A sealed item on its way to the store. */
export interface NewItem {
  /** 16 random bytes in base64url, by the sender. */
  readonly id: string
  readonly sealed: Uint8Array
  /** Milliseconds since 1970. */
  readonly storedAt: number
  readonly expiresAt: number
  /** At least 1: after so many it is removed. */
  readonly maxReads: number
}

/** What a store tells of an item, besides its bytes. */
export interface StoredItem {
  readonly id: string
  readonly bytes: number
  readonly storedAt: number
  readonly expiresAt: number
  readonly maxReads: number
  readonly reads: number
}

/** What one room may hold. */
export interface ItemLimits {
  readonly maxItems: number
  /** Of all its items. */
  readonly maxBytes: number
}

/** `stands`: these very bytes are there already. `taken`: others are. `full`: the room holds as much as it may. */
export type ItemPut = "stored" | "stands" | "taken" | "full"

/**
 * Where a server keeps the sealed items of channels. An item is there whole or not at all, and gone for good: no byte and
 * no row of it stays. Every method is atomic, and what expired by `now` counts as gone. `itemStoreTests` of the tests is its
 * acceptance suite.
 */
export interface ItemStore {
  put(room: string, item: NewItem, limits: ItemLimits): Promise<ItemPut>
  /**
   * The bytes, and how many reads are left; the last one removes the item.
   * @param counts - Whether this read is one of `maxReads`.
   */
  read(
    room: string,
    id: string,
    options: { readonly now: number; readonly counts: boolean },
  ): Promise<{ readonly sealed: Uint8Array; readonly readsLeft: number } | undefined>
  /** In the order in which they came. */
  list(room: string, now: number): Promise<readonly StoredItem[]>
  /** Resolves also when there is none. */
  remove(room: string, id: string): Promise<void>
  /** Removes all items of a room. */
  clear(room: string): Promise<void>
  /** Removes what has expired. Call it every minute or so. */
  sweep(now: number): Promise<void>
}

/** A sealed item is not longer: 8 MiB of picture and what sealing adds. */
export const maxItemBytes: number = (8 << 20) + (64 << 10)
