import { serve, upgradeWebSocket } from "@hono/node-server"
import { Hono } from "hono"
import type { AddressInfo } from "node:net"
import { WebSocketServer } from "ws"
import type { Hub } from "../../src/hub/hub.ts"
import { hubSocketEvents, runHub } from "../../src/hub/hub-sockets.ts"
import { maxFrameBytes } from "../../src/wire/parts.ts"

/** A hub behind WebSockets of Hono, on this machine. Disposed, it is gone with all connections. */
export interface ServedHub extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

export async function serveHub(hub: Hub): Promise<ServedHub> {
  const app = new Hono().get(
    "/hub",
    upgradeWebSocket(() => hubSocketEvents(hub)),
  )
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
  // Under exactOptionalPropertyTypes the types of ws and Hono do not meet.
  const websocket = { server: sockets as never }
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1", websocket }, () => resolve(started))
  })
  const { port } = server.address() as AddressInfo
  const stopHub = runHub(hub)
  return {
    port,
    url: `ws://127.0.0.1:${port}/hub`,
    async [Symbol.asyncDispose]() {
      stopHub()
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
