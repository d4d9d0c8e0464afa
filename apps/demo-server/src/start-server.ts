import { createAdaptorServer } from "@hono/node-server"
import { getConnInfo } from "@hono/node-server/conninfo"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Logger } from "pino"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { makeDecoyRecord } from "./accounts/decoy.ts"
import { networkOf } from "./accounts/network-of.ts"
import { memoryRateLimiter } from "./accounts/rate-limiter.ts"
import { openServerAlerts, type ServerAlerts } from "./alerts/server-alerts.ts"
import { openVapidKeys } from "./alerts/vapid-file.ts"
import { createApp } from "./app.ts"
import type { Configuration } from "./config.ts"
import { keepProgress } from "./http/keep-progress.ts"
import { createInboxKeeper, type InboxKeeper } from "./inbox/inbox-keeper.ts"
import type { AppPorts } from "./ports.ts"
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
  try {
    log.info(storage.repaired, "data folder opened")
    if (storage.repaired.missingBlobs > 0) log.error("captures have lost their files: restore them from a backup")
    await storage.accounts.ensureDecoy(() => makeDecoyRecord(storage.secrets.opaque))
    return await startOver(storage, configuration, log)
  } catch (error) {
    await storage[Symbol.asyncDispose]()
    throw error
  }
}

async function startOver(storage: ServerStorage, configuration: Configuration, log: Logger): Promise<RunningServer> {
  let origin: string | undefined = configuration.ownOrigin
  const link = () => (origin === undefined ? undefined : new URL("/alerts", origin).href)
  const alerts = await openAlerts(configuration, { storage, log, link })
  try {
    const inbox = createInboxKeeper({ storage, alerts, link, log })
    const app = createApp(portsOf(configuration, { storage, alerts, inbox, log }))
    // Cut slow headers early; bodies have their own floor, because an upload may take its time.
    const serverOptions = { headersTimeout: 5000, requestTimeout: 3_600_000, connectionsCheckingInterval: 1000 }
    const server = createAdaptorServer({ fetch: app.fetch, serverOptions }) as Server
    keepProgress(server)
    await listen(server, configuration)
    const url = urlOf(server, configuration)
    origin ??= url
    // What a crash left in the spool.
    inbox.wake()
    return running({ server, url, storage, alerts, inbox, log })
  } catch (error) {
    await alerts[Symbol.asyncDispose]()
    throw error
  }
}

async function openAlerts(
  { smtp, mailFrom, dataFolder, vapidSubject, alertAddresses }: Configuration,
  ports: { readonly storage: ServerStorage; readonly log: Logger; readonly link: () => string | undefined },
): Promise<ServerAlerts> {
  const ca = smtp?.caFile === undefined ? undefined : await readFile(smtp.caFile, "utf8")
  return await openServerAlerts({
    ...ports,
    mail: { from: mailFrom, smtp: smtp && { ...smtp, ca } },
    dataFolder,
    vapid: await openVapidKeys(join(dataFolder, "vapid.json")),
    vapidSubject,
    allow: alertAddresses,
  })
}

function portsOf(
  configuration: Configuration,
  opened: Pick<AppPorts, "storage" | "alerts" | "inbox" | "log">,
): AppPorts {
  const hourly = (tries: number) => memoryRateLimiter({ tries, perSeconds: hourSeconds })
  const { ownOrigin, allowedOrigins, quotaBytes, openUploads } = configuration
  return {
    ...opened,
    limits: { quotaBytes, openUploads, uploadLifetimeMs: configuration.uploadHours * hourSeconds * 1000 },
    origins: { ownOrigin, allowedOrigins },
    limiters: {
      loginsPerHandle: hourly(configuration.loginsPerHandle),
      loginsPerAddress: hourly(configuration.loginsPerAddress),
      registrationsPerAddress: hourly(configuration.registrationsPerAddress),
      alertTests: hourly(20),
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

interface Running {
  readonly server: Server
  readonly url: string
  readonly storage: ServerStorage
  readonly inbox: InboxKeeper
  readonly alerts: ServerAlerts
  readonly log: Logger
}

function running({ server, url, storage, alerts, inbox, log }: Running): RunningServer {
  const sweeping = setInterval(() => {
    storage.sweep().catch((error: unknown) => log.error({ err: error }, "sweep failed"))
  }, sweepEveryMs)
  sweeping.unref()
  return {
    url,
    async stop() {
      clearInterval(sweeping)
      await drain(server)
      await inbox.settled()
      await alerts[Symbol.asyncDispose]()
      await storage[Symbol.asyncDispose]()
    },
  }
}

/** Kept-alive sockets that idle would hold the server open: close them as they fall idle. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const last = setTimeout(() => server.closeAllConnections(), drainMs)
  server.closeIdleConnections()
  await closed
  clearInterval(idle)
  clearTimeout(last)
}
