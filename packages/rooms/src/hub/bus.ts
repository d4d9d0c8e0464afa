import type { LogEntry } from "./room-log.ts"

/** What hubs tell each other about a room. */
export type BusEvent =
  | { readonly t: "entry"; readonly entry: LogEntry }
  | { readonly t: "tell"; readonly from: number; readonly to: number; readonly body: string }
  | { readonly t: "hint"; readonly from: number; readonly body: string }
  | { readonly t: "record" }
  | { readonly t: "removed" }

/**
 * Carries events of a room to every hub that has members of it, the sender too. In process, or a database's or broker's
 * notifications. Entries may come late, doubled or not at all: what counts is the log, which a hub reads where a number is
 * missing. `busTests` of the tests is its acceptance suite.
 */
export interface Bus {
  publish(room: string, event: BusEvent): void
  /** @returns ends the subscription. */
  subscribe(room: string, listener: (event: BusEvent) => void): () => void
}

/** For one process: events arrive before `publish` returns. */
export function memoryBus(): Bus {
  const listeners = new Map<string, Set<(event: BusEvent) => void>>()
  return {
    publish(room, event) {
      for (const listener of listeners.get(room) ?? []) listener(event)
    },
    subscribe(room, listener) {
      const own = listeners.get(room) ?? new Set()
      listeners.set(room, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) listeners.delete(room)
      }
    },
  }
}
