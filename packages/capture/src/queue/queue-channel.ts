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

/** What tabs tell each other beside events. `hello` asks whoever uploads for the status. */
export type QueueCommand = "wake" | "pause" | "resume" | "hello"

type Message = { readonly event: QueueEvent } | { readonly command: QueueCommand }

/** Carries events and commands between the queues of one name: in this tab and in all others of the origin. */
export class QueueChannel {
  readonly #channel: BroadcastChannel
  readonly #onEvent: (event: QueueEvent) => void
  readonly #onCommand: (command: QueueCommand) => void
  readonly #listeners = new Set<(event: QueueEvent) => void>()
  #isClosed = false

  /** What others send, and what is told here, arrives at `onEvent` and `onCommand` alike. */
  constructor(name: string, onEvent: (event: QueueEvent) => void, onCommand: (command: QueueCommand) => void) {
    this.#onEvent = onEvent
    this.#onCommand = onCommand
    this.#channel = new BroadcastChannel(name)
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ("event" in data) this.#hear(data.event)
      else onCommand(data.command)
    }
  }

  tell(event: QueueEvent): void {
    this.#hear(event)
    this.#send({ event })
  }

  command(command: QueueCommand): void {
    this.#onCommand(command)
    this.#send({ command })
  }

  /**
   * Events from now on. A slow reader gets the newest of each item and of the status rather than every one, so what is
   * held for it is bounded by the number of items.
   */
  async *follow(signal: AbortSignal): AsyncGenerator<QueueEvent, void> {
    const latest = new Map<string, QueueEvent>()
    let wake = Promise.withResolvers<void>()
    const listener = (event: QueueEvent) => {
      const key = event.type === "status" ? "" : `i${event.type === "item" ? event.item.id : event.id}`
      latest.delete(key)
      latest.set(key, event)
      wake.resolve()
    }
    const stop = () => wake.resolve()
    this.#listeners.add(listener)
    signal.addEventListener("abort", stop)
    try {
      while (!signal.aborted) {
        const [entry] = latest
        if (entry === undefined) {
          await wake.promise
          wake = Promise.withResolvers()
        } else {
          latest.delete(entry[0])
          yield entry[1]
        }
      }
    } finally {
      this.#listeners.delete(listener)
      signal.removeEventListener("abort", stop)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#channel.close()
  }

  #hear(event: QueueEvent): void {
    this.#onEvent(event)
    for (const listener of this.#listeners) listener(event)
  }

  #send(message: Message): void {
    // A last word after `close()` reaches nobody.
    if (!this.#isClosed) this.#channel.postMessage(message)
  }
}
