// `server.ts <ours|socket.io>`: one hub in a process of its own. It says its port, and answers "cpu" and
// "memory" with what it takes.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Server } from "socket.io"
import { createHub } from "../src/hub/hub.ts"
import { memoryLog } from "../src/hub/memory-log.ts"
import { serveHub } from "../test/hub/served-hub.ts"

const start = { ours: startOurs, "socket.io": startSocketIo }

process.send?.({ port: await start[process.argv[2] as keyof typeof start]() })
process.on("message", (what) => {
  if (what === "memory") {
    // As a process that idles for a while does by itself: what is free goes back to the system.
    for (let time = 0; time < 2; time++) globalThis.gc?.({ type: "major", flavor: "last-resort" })
    process.send?.({ residentBytes: process.memoryUsage.rss() })
  } else {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuSeconds: (user + system) / 1e6 })
  }
})
process.on("disconnect", () => process.exit())

async function startOurs(): Promise<number> {
  return (await serveHub(createHub({ log: memoryLog() }))).port
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
