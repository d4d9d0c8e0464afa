import { createAdaptorServer } from "@hono/node-server"
import { maxFrameBytes } from "@darkslide/rooms/server"
import { getConnInfo } from "@hono/node-server/conninfo"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Logger } from "pino"
import { WebSocketServer } from "ws"
import { makeDecoyRecord } from "./accounts/decoy.ts"
import { networkOf } from "./accounts/network-of.ts"
import { memoryRateLimiter } from "./accounts/rate-limiter.ts"
import { createApp } from "./app.ts"
import type { Configuration } from "./config.ts"
import { keepProgress } from "./http/keep-progress.ts"
import type { AppPorts } from "./ports.ts"
import { openNearby, type Nearby } from "./rooms/nearby.ts"
import { openRooms } from "./rooms/open-rooms.ts"
import type { ServerRooms } from "./rooms/open-rooms.ts"
import { openStorage } from "./storage/storage.ts"
import type { ServerStorage } from "./storage/storage.ts"

export interface RunningServer {
  /** Where a person finds it, such as `http://127.0.0.1:8787`. */
  readonly url: string
  /** Ends what is under way, then frees port and data folder. */
  stop(): Promise<void>
}

const hourSeconds = 3600
const sweepEveryMs = 10 * 60_000
/** Requests that are still under way this long after a stop are cut off. */
const drainMs = 10_000

/** Opens the data folder and listens. Rejects, with nothing left open, when either cannot be had. */
export async function startServer(configuration: Configuration, log: Logger): Promise<RunningServer> {
  const storage = await openStorage({ folder: configuration.dataFolder })
  let rooms: ServerRooms | undefined
  let nearby: Nearby | undefined
  let server: Server | undefined
  try {
    log.info(storage.repaired, "data folder opened")
    if (storage.repaired.missingBlobs > 0) log.error("captures have lost their files: restore them from a backup")
    await storage.accounts.ensureDecoy(() => makeDecoyRecord(storage.secrets.opaque))
    const onError = (error: unknown): void => log.error({ err: error }, "rooms failed")
    rooms = openRooms({ folder: configuration.dataFolder, onError })
    const port = (): number => (server?.address() as AddressInfo | null)?.port ?? configuration.port
    const { hub } = rooms
    if (configuration.lan) nearby = await openNearby({ port, hub, onError })
    const app = createApp({ ...portsOf(configuration, storage, rooms, log), nearby })
    // Cut slow headers early; bodies have their own floor, because an upload may take its time.
    const serverOptions = { headersTimeout: 5000, requestTimeout: 3_600_000, connectionsCheckingInterval: 1000 }
    const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
    server = createAdaptorServer({
      fetch: app.fetch,
      serverOptions,
      // Under exactOptionalPropertyTypes the types of ws and Hono do not meet.
      websocket: { server: sockets as never },
    }) as Server
    keepProgress(server)
    await listen(server, configuration)
    return running(server, configuration, { storage, rooms, nearby, sockets }, log)
  } catch (error) {
    nearby?.close()
    rooms?.close()
    await storage[Symbol.asyncDispose]()
    throw error
  }
}

function portsOf(configuration: Configuration, storage: ServerStorage, rooms: ServerRooms, log: Logger): AppPorts {
  const hourly = (tries: number) => memoryRateLimiter({ tries, perSeconds: hourSeconds })
  const { ownOrigin, allowedOrigins, quotaBytes, openUploads } = configuration
  return {
    storage,
    rooms,
    log,
    limits: { quotaBytes, openUploads, uploadLifetimeMs: configuration.uploadHours * hourSeconds * 1000 },
    origins: { ownOrigin, allowedOrigins },
    limiters: {
      loginsPerHandle: hourly(configuration.loginsPerHandle),
      loginsPerAddress: hourly(configuration.loginsPerAddress),
      registrationsPerAddress: hourly(configuration.registrationsPerAddress),
      hubConnectionsPerAddress: hourly(configuration.hubConnectionsPerAddress),
      roomItemsPerAddress: hourly(configuration.roomItemsPerAddress),
    },
    now: Date.now,
    webFolder: configuration.webFolder,
    addressOf: (c) => networkOf(getConnInfo(c).remote.address ?? "unknown"),
  }
}

async function listen(server: Server, { port, host }: Configuration): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen({ port, host }, () => {
      server.off("error", reject)
      resolve()
    })
  })
}

function running(
  server: Server,
  { host }: Configuration,
  parts: {
    readonly storage: ServerStorage
    readonly rooms: ServerRooms
    readonly nearby: Nearby | undefined
    readonly sockets: WebSocketServer
  },
  log: Logger,
): RunningServer {
  const { storage, rooms, nearby, sockets } = parts
  const sweeping = setInterval(() => {
    storage.sweep().catch((error: unknown) => log.error({ err: error }, "sweep failed"))
  }, sweepEveryMs)
  sweeping.unref()
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    async stop() {
      clearInterval(sweeping)
      nearby?.close()
      rooms.hub.close()
      await drain(server, sockets)
      rooms.close()
      await storage[Symbol.asyncDispose]()
    },
  }
}

/** Kept-alive sockets that idle would hold the server open: close them as they fall idle. */
async function drain(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const last = setTimeout(() => {
    server.closeAllConnections()
    for (const socket of sockets.clients) socket.terminate()
  }, drainMs)
  server.closeIdleConnections()
  await closed
  clearInterval(idle)
  clearTimeout(last)
}
