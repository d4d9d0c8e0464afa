import { maxFrameBytes } from "@darkslide/rooms/server"
import type { HubSocketEvents } from "@darkslide/rooms/server"
import { WebSocket } from "ws"

/** Frames that came before the neighbour's side was open. */
const maxWaiting = 32

/** Carries the hub's frames between a page of ours and a neighbour's server. */
export function pipeToNeighbour(url: string): HubSocketEvents {
  const waiting: string[] = []
  // No page of ours is named to the neighbour: what connects is this server.
  const far = new WebSocket(url, { maxPayload: maxFrameBytes, handshakeTimeout: 5000, perMessageDeflate: false })
  return {
    onOpen(_event, near) {
      far.on("open", () => {
        for (const text of waiting.splice(0)) far.send(text)
      })
      far.on("message", (data: Buffer, isBinary) => {
        if (!isBinary) near.send(data.toString("utf8"))
      })
      far.on("close", () => near.close())
      // A close follows.
      far.on("error", () => undefined)
    },
    onMessage({ data }, near) {
      if (typeof data !== "string") return near.close()
      if (far.readyState === WebSocket.OPEN) return far.send(data)
      if (waiting.push(data) > maxWaiting) near.close()
    },
    onClose() {
      far.close()
    },
  }
}
