import type { IncomingMessage, Server } from "node:http"

const checkEveryMs = 10_000
/** Slower than this, in bytes a second, a body only keeps a connection busy. */
const floorBytesPerSecond = 1024

/** Cuts off bodies that trickle: a time limit for the whole request would also end honest uploads over slow lines. */
export function keepProgress(server: Server): void {
  server.on("request", (request: IncomingMessage) => {
    const { socket } = request
    let before = socket.bytesRead
    const check = setInterval(() => {
      if (request.complete) return end()
      const arrived = socket.bytesRead - before
      before = socket.bytesRead
      // Paused: it is this server that is slow, not the client.
      if (!request.isPaused() && arrived < (floorBytesPerSecond * checkEveryMs) / 1000) socket.destroy()
    }, checkEveryMs)
    const end = () => clearInterval(check)
    request.once("end", end).once("close", end)
  })
}
