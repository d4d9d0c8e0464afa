import type { QueueItem } from "./queue-item.ts"

/**
 * What the queue of this origin is doing, in whichever tab.
 * - `idle`: nothing to send. `uploading`: sending. `waiting`: for `until`, after failures or as the server asked.
 * - `offline`: the browser says that there is no network. `paused`: by `pause()`.
 * - `unauthorized`: the server answered 401; `resume()` after signing in goes on.
 */
export interface QueueStatus {
  readonly state: "idle" | "uploading" | "waiting" | "offline" | "paused" | "unauthorized"
  /** Milliseconds since 1970, where `waiting` has an end. */
  readonly until: number | null
}

export type QueueEvent =
  /** An item was added, or its state or progress changed. `done` is its last. */
  | { readonly type: "item"; readonly item: QueueItem }
  /** It was removed by a person, or by the app. */
  | { readonly type: "removed"; readonly id: string }
  | { readonly type: "status"; readonly status: QueueStatus }

/** What tabs tell each other beside events: what their uploaders are to do. */
export type QueueCommand = "poke" | "pause" | "resume" | "report"

/** Carries events and commands between the queues of one name: in this tab and in all others of the origin. */
export interface QueueChannel {
  tell(message: QueueEvent | QueueCommand): void
  /**
   * Events from now on. A slow reader gets the newest of each item and of the status rather than every one, so what is
   * held for it is bounded by the number of items.
   */
  follow(signal: AbortSignal): AsyncGenerator<QueueEvent, void>
  close(): void
}

/** What others send, and what is told here, arrives at `onEvent` and `onCommand` alike. */
export function openChannel(
  name: string,
  onEvent: (event: QueueEvent) => void,
  onCommand: (command: QueueCommand) => void,
): QueueChannel {
  const listeners = new Set([onEvent])
  const channel = new BroadcastChannel(name)
  let isOpen = true
  const hear = (message: QueueEvent | QueueCommand): void => {
    if (typeof message === "string") onCommand(message)
    else for (const listener of listeners) listener(message)
  }
  channel.onmessage = ({ data }: MessageEvent<QueueEvent | QueueCommand>) => hear(data)
  return {
    tell(message) {
      hear(message)
      // A last word after `close()` reaches nobody.
      if (isOpen) channel.postMessage(message)
    },
    follow(signal) {
      const latest = new Map<string, QueueEvent>()
      let wake = Promise.withResolvers<unknown>()
      const listener = (event: QueueEvent) => {
        const key = "item" in event ? event.item.id : "id" in event ? event.id : ""
        latest.delete(key)
        latest.set(key, event)
        wake.resolve(undefined)
      }
      // Now, not at the first reading: nothing that happens in between is missed.
      listeners.add(listener)
      signal.addEventListener("abort", () => wake.resolve(listeners.delete(listener)))
      return (async function* () {
        try {
          while (!signal.aborted) {
            const [entry] = latest
            if (entry) {
              latest.delete(entry[0])
              yield entry[1]
            } else {
              await wake.promise
              wake = Promise.withResolvers()
            }
          }
        } finally {
          listeners.delete(listener)
        }
      })()
    },
    close() {
      isOpen = false
      channel.close()
    },
  }
}
