// `server.ts <ours|socket.io>`: one hub in a process of its own. It says its port, and answers "usage" with what it took.
import { serve, upgradeWebSocket } from "@hono/node-server"
import { Hono } from "hono"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Server } from "socket.io"
import { WebSocketServer } from "ws"
import { createHub } from "../src/hub/hub.ts"
import { hubSocketEvents, runHub } from "../src/hub/hub-sockets.ts"
import { maxFrameBytes } from "../src/wire/parts.ts"
import { memoryLog } from "../src/hub/memory-log.ts"

const start = { ours: startOurs, "socket.io": startSocketIo }

process.send?.({ port: await start[process.argv[2] as keyof typeof start]() })
process.on("message", () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuSeconds: (user + system) / 1e6, rss: process.memoryUsage.rss() })
})
process.on("disconnect", () => process.exit())

async function startOurs(): Promise<number> {
  const hub = createHub({ log: memoryLog() })
  runHub(hub)
  const app = new Hono().get(
    "/hub",
    upgradeWebSocket(() => hubSocketEvents(hub)),
  )
  // Under exactOptionalPropertyTypes the types of ws and Hono do not meet.
  const websocket = { server: new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes }) as never }
  return await new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1", websocket }, ({ port }) => resolve(port))
  })
}

/** Rooms by name, messages to all others of the room, with the recovery of sessions that comes nearest to ours. */
async function startSocketIo(): Promise<number> {
  const server = createServer()
  const io = new Server(server, { transports: ["websocket"], connectionStateRecovery: {} })
  io.on("connection", (socket) => {
    socket.on("join", async (room: string, done: () => void) => {
      await socket.join(room)
      socket.to(room).emit("joined", socket.id)
      done()
    })
    socket.on("post", (room: string, body: string) => io.to(room).emit("message", body))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  return (server.address() as AddressInfo).port
}
