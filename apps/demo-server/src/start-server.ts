import { createAdaptorServer } from "@hono/node-server"
import { maxFrameBytes } from "@darkslide/rooms/server"
import { getConnInfo } from "@hono/node-server/conninfo"
import { readFile } from "node:fs/promises"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import type { Logger } from "pino"
import { WebSocketServer } from "ws"
import { makeDecoyRecord } from "./accounts/decoy.ts"
import { networkOf } from "./accounts/network-of.ts"
import { memoryRateLimiter } from "./accounts/rate-limiter.ts"
import { openServerAlerts, type ServerAlerts } from "./alerts/server-alerts.ts"
import { openVapidKeys } from "./alerts/vapid-file.ts"
import { createApp } from "./app.ts"
import type { Configuration } from "./config.ts"
import { keepProgress } from "./http/keep-progress.ts"
import { createInboxKeeper } from "./inbox/inbox-keeper.ts"
import type { AppPorts } from "./ports.ts"
import { openForwarder } from "./rooms/open-forwarder.ts"
import { openNearby } from "./rooms/nearby.ts"
import { openRooms } from "./rooms/open-rooms.ts"
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
  const opened = new Opened()
  try {
    const url = await openAll(configuration, log, opened)
    return { url, stop: () => opened.close() }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** What was opened, and how each is closed: the last one first. */
class Opened {
  readonly #closings: (() => void | PromiseLike<void>)[] = []

  add(close: () => void | PromiseLike<void>): void {
    this.#closings.push(close)
  }

  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).toReversed()) await close()
  }
}

/** @returns the URL. */
async function openAll(configuration: Configuration, log: Logger, opened: Opened): Promise<string> {
  const { dataFolder } = configuration
  const storage = await openStorage({ folder: dataFolder })
  opened.add(() => storage[Symbol.asyncDispose]())
  log.info(storage.repaired, "data folder opened")
  if (storage.repaired.missingBlobs > 0) log.error("captures have lost their files: restore them from a backup")
  await storage.accounts.ensureDecoy(() => makeDecoyRecord(storage.secrets.opaque))

  let origin: string | undefined = configuration.ownOrigin
  const link = () => (origin === undefined ? undefined : new URL("/alerts", origin).href)
  const alerts = await openAlerts(configuration, { storage, log, link })
  opened.add(() => alerts[Symbol.asyncDispose]())
  const inbox = createInboxKeeper({ storage, alerts, link, log })
  opened.add(() => inbox.settled())

  const onError = (error: unknown): void => log.error({ err: error }, "rooms failed")
  const rooms = openRooms({ folder: dataFolder, onError })
  opened.add(() => rooms.close())
  let server: Server | undefined
  const port = (): number => (server?.address() as AddressInfo | null)?.port ?? configuration.port
  const nearby = configuration.lan ? await openNearby({ port, hub: rooms.hub, onError }) : undefined
  opened.add(() => nearby?.close())

  const { forwarding } = configuration
  const forwarder = forwarding && (await openForwarder({ configuration: forwarding, hub: rooms.hub, onError }))
  opened.add(() => forwarder?.[Symbol.asyncDispose]())

  const app = createApp({ ...portsOf(configuration, { storage, alerts, inbox, rooms, log }), nearby, forwarder })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
  const listening = createHttpServer(app.fetch, sockets)
  server = listening
  await listen(listening, configuration)
  opened.add(() => drain(listening, sockets))
  opened.add(() => rooms.hub.close())
  const url = urlOf(listening, configuration)
  origin ??= url
  // What a crash left in the spool.
  inbox.wake()
  opened.add(sweepNowAndThen(storage, log))
  return url
}

function createHttpServer(fetch: ReturnType<typeof createApp>["fetch"], sockets: WebSocketServer): Server {
  const server = createAdaptorServer({
    fetch,
    // Cut slow headers early; bodies have their own floor, because an upload may take its time.
    serverOptions: { headersTimeout: 5000, requestTimeout: 3_600_000, connectionsCheckingInterval: 1000 },
    // Under exactOptionalPropertyTypes the types of ws and Hono do not meet.
    websocket: { server: sockets as never },
  }) as Server
  keepProgress(server)
  return server
}

/** @returns ends it. */
function sweepNowAndThen(storage: ServerStorage, log: Logger): () => void {
  const sweeping = setInterval(() => {
    storage.sweep().catch((error: unknown) => log.error({ err: error }, "sweep failed"))
  }, sweepEveryMs)
  sweeping.unref()
  return () => clearInterval(sweeping)
}

async function openAlerts(
  { smtp, mailFrom, dataFolder, vapidSubject, alertAddresses }: Configuration,
  ports: { readonly storage: ServerStorage; readonly log: Logger; readonly link: () => string | undefined },
): Promise<ServerAlerts> {
  const ca = smtp?.caFile === undefined ? undefined : await readFile(smtp.caFile, "utf8")
  return await openServerAlerts({
    ...ports,
    mail: { from: mailFrom, smtp: smtp && { ...smtp, ca } },
    vapid: await openVapidKeys(join(dataFolder, "vapid.json")),
    vapidSubject,
    allow: alertAddresses,
  })
}

function portsOf(
  configuration: Configuration,
  opened: Pick<AppPorts, "storage" | "alerts" | "inbox" | "rooms" | "log">,
): AppPorts {
  const hourly = (tries: number) => memoryRateLimiter({ tries, perSeconds: hourSeconds })
  const { ownOrigin, allowedOrigins, quotaBytes, openUploads } = configuration
  return {
    ...opened,
    limits: { quotaBytes, openUploads, uploadLifetimeMs: configuration.uploadHours * hourSeconds * 1000 },
    origins: { ownOrigin, allowedOrigins },
    turn: configuration.turn,
    limiters: {
      loginsPerHandle: hourly(configuration.loginsPerHandle),
      loginsPerAddress: hourly(configuration.loginsPerAddress),
      registrationsPerAddress: hourly(configuration.registrationsPerAddress),
      alertTests: hourly(20),
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

function urlOf(server: Server, { host }: Configuration): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`
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
