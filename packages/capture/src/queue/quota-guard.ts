import { CaptureError } from "../errors.ts"

/** The part of `navigator.storage` that a queue asks. */
export type StorageFacts = Pick<StorageManager, "estimate" | "persist">

/**
 * Refuses what would fill the browser's storage: a full one makes it drop whole origins.
 * @param share - Of the quota, in (0, 1].
 * @throws CaptureError `CAPTURE_QUEUE_FULL`
 */
export async function checkRoom(bytes: number, storage: StorageFacts | undefined, share: number): Promise<void> {
  const { usage = 0, quota } = (await storage?.estimate()) ?? {}
  if (quota === undefined || usage + bytes <= quota * share) return
  throw new CaptureError("CAPTURE_QUEUE_FULL", "Cannot queue: no room")
}
