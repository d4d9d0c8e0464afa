import { indexedDbQueue, type QueueStore } from "@darkslide/capture/queue"

/** Bytes of one request: what a kill costs at most. The same for pages and the service worker. */
export const queueChunkBytes: number = 256 * 1024

/** A database of this origin for each account. */
export function indexedDbPlace(accountId: string): { readonly name: string; readonly store: QueueStore } {
  const name = `captures-${accountId}`
  return { name, store: indexedDbQueue(name) }
}
