import { RoomsError } from "../errors.ts"
import { FrameQueue } from "./frame-queue.ts"
import type { SignalTransport } from "./signal-transport.ts"

/** Reaches a hub by WebSocket, in browsers and in Node. @param url - `wss:`, or `ws:` on one's own machine. */
export function webSocketTransport(url: string | URL): SignalTransport {
  return {
    async connect({ signal }) {
      signal.throwIfAborted()
      const socket = new WebSocket(url)
      const messages = new FrameQueue()
      socket.addEventListener("message", ({ data }) => {
        if (typeof data === "string") messages.push(data)
      })
      socket.addEventListener("close", () => messages.end())
      const close = (): void => socket.close()
      signal.addEventListener("abort", close, { once: true })
      socket.addEventListener("close", () => signal.removeEventListener("abort", close))
      await new Promise<void>((resolve, reject) => {
        socket.addEventListener("open", () => resolve(), { once: true })
        socket.addEventListener("close", () => reject(signal.aborted ? (signal.reason as Error) : unreachable()), {
          once: true,
        })
      })
      return {
        messages,
        send: (text) => {
          if (socket.readyState === socket.OPEN) socket.send(text)
        },
        close,
      }
    },
  }
}

function unreachable(): RoomsError {
  return new RoomsError("ROOMS_UNREACHABLE", "Cannot reach hub: no connection")
}
