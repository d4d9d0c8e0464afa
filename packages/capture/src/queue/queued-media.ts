import { corruptItem } from "./queue-item.ts"
import type { QueueStore } from "./queue-store.ts"
import { findRow } from "./uploader.ts"

/**
 * The sealed bytes of an item that is still here, such as to show a photo that waits. Undefined where it is gone, also
 * when that happens meanwhile.
 * @throws CaptureError `CAPTURE_QUEUE_CORRUPT`
 */
export async function queuedMedia(store: QueueStore, id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const row = await findRow(store, id)
  if (!row) return undefined
  const media = new Uint8Array(row.bytes)
  for (let offset = 0; offset < row.bytes; offset += row.chunkBytes) {
    const chunk = await store.chunk(id, offset / row.chunkBytes)
    if (chunk === undefined) return undefined
    if (!(chunk instanceof Uint8Array) || chunk.length > row.bytes - offset) throw corruptItem(id, "a chunk")
    media.set(chunk, offset)
  }
  return media
}
