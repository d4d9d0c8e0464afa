import type { Clock } from "../clock.ts"
import type { QueueParts, QueueStore } from "./queue-store.ts"
import type { StorageFacts } from "./quota-guard.ts"
import type { RetryOptions } from "./retry-plan.ts"
import type { FinishUpload } from "./send-item.ts"

/** An input, sealed: all that the queue ever keeps of it. */
export interface SealedUpload {
  /** Unguessable and free: a capture id, or `crypto.randomUUID()`. */
  readonly id: string
  /** What is uploaded. Not changed, not kept. */
  readonly media: Uint8Array
  /** What `finish` will need. */
  readonly parts?: QueueParts | undefined
}

export interface UploadQueueOptions<Input> {
  readonly store: QueueStore
  /** Called once for each item, when it is added. What it returns is stored and sent as it is. */
  readonly seal: (input: Input, options: { readonly signal: AbortSignal | undefined }) => Promise<SealedUpload>
  /** Where tus uploads are created. */
  readonly endpoint: URL
  /** What ends an item once its bytes have arrived. Without it a plain tus server is enough. */
  readonly finish?: FinishUpload | undefined
  /** Tells several queues of one origin apart; all tabs of a queue use one name (default `"uploads"`). */
  readonly name?: string | undefined
  readonly fetch?: typeof fetch | undefined
  /** Asked before each request's item, so that a new token is used. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined
  /** Bytes of one stored chunk and of one PATCH (default 1 MiB): what a kill costs at most. */
  readonly chunkBytes?: number | undefined
  readonly retry?: RetryOptions | undefined
  /** How long one request may take (default 120,000 ms). */
  readonly timeoutMs?: number | undefined
  /** Items are not sent after this time by themselves (default: they never expire). */
  readonly expireAfterMs?: number | undefined
  /** Share of the browser's quota, in (0, 1], that is not exceeded (default 0.8). */
  readonly maxUsage?: number | undefined
  /** Default `navigator.storage`, where there is one. */
  readonly storage?: StorageFacts | undefined
  /** Default `navigator.locks`. */
  readonly locks?: LockManager | undefined
  /** Default the system's. */
  readonly clock?: Clock | undefined
  /** Asks for a Background Sync after each `enqueue`, where the browser has it. */
  readonly registerSync?: (() => Promise<unknown>) | undefined
}

export interface EnqueueOptions {
  /** Milliseconds since 1970; before the queue's own `expireAfterMs`. */
  readonly expiresAt?: number | undefined
  readonly signal?: AbortSignal | undefined
}
