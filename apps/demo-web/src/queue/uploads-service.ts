import type { QueueItem, QueueStatus } from "@darkslide/capture/queue"

/** Sealed captures on their way from this browser to the server. Implemented in `capture-uploads.ts`. */
export interface UploadsService {
  /** What waits, and what goes on; then each change. */
  views(options: { readonly signal: AbortSignal }): AsyncIterable<UploadsView>
  /** Sends a capture again that failed, or one that waits at once. */
  retry(captureId: string): Promise<void>
  /** Gives a capture up that is not on the server: it is then nowhere. */
  remove(captureId: string): Promise<void>
  /** Stops sending until `tryNow`, in every tab. */
  pause(): void
  /** Ends every wait, and a pause. */
  tryNow(): void
}

export interface UploadsView {
  readonly status: QueueStatus["state"]
  /** Oldest first. Their ids are capture ids. */
  readonly items: readonly QueueItem[]
}

export const noUploads: UploadsView = { status: "idle", items: [] }
