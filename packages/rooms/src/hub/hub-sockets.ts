import type { Hub, HubInlet } from "./hub.ts"

/** What the hub needs of a WebSocket: Hono's `WSContext` is one, over `ws` or another. */
export interface HubSocket {
  send(text: string): void
  close(code?: number, reason?: string): void
  /** The socket behind it, where it says how much is queued. */
  readonly raw?: object | undefined
}

/** The events of one WebSocket, as Hono's `upgradeWebSocket` takes them. */
export interface HubSocketEvents {
  onOpen(event: unknown, socket: HubSocket): void
  onMessage(event: { readonly data: unknown }, socket: HubSocket): void
  onClose(): void
}

/** RFC 6455 section 7.4.1: a kind of data that is not taken. */
const unsupportedData = 1003

/**
 * Puts one WebSocket on the hub: `upgradeWebSocket(() => hubSocketEvents(hub))`. Check the `Origin` before, and give the
 * server `maxFrameBytes` as its `maxPayload`.
 */
export function hubSocketEvents(hub: Hub): HubSocketEvents {
  let inlet: HubInlet | undefined
  return {
    onOpen(_event, socket) {
      inlet = hub.connect({
        send: (text) => socket.send(text),
        close: () => socket.close(),
        get bufferedBytes() {
          return queuedBytes(socket.raw)
        },
      })
    },
    onMessage({ data }, socket) {
      if (typeof data === "string") void inlet?.receive(data)
      else socket.close(unsupportedData, "text only")
    },
    onClose() {
      void inlet?.closed()
    },
  }
}

function queuedBytes(raw: object | undefined): number {
  return raw !== undefined && "bufferedAmount" in raw && typeof raw.bufferedAmount === "number" ? raw.bufferedAmount : 0
}

const tickEveryMs = 100

/** Gives the hub its time. @returns stops it, and closes every connection. */
export function runHub(
  hub: Hub,
  options: { readonly onError?: ((error: unknown) => void) | undefined } = {},
): () => void {
  let isTicking = false
  const timer = setInterval(() => {
    if (isTicking) return
    isTicking = true
    hub
      .tick()
      .catch((error: unknown) => options.onError?.(error))
      .finally(() => {
        isTicking = false
      })
  }, tickEveryMs)
  return () => {
    clearInterval(timer)
    hub.close()
  }
}
