import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pino } from "pino"
import { onTestFinished } from "vitest"
import { generateVapidKeys } from "@darkslide/alerts/web-push"
import { openServerAlerts, type ServerAlerts } from "../src/alerts/server-alerts.ts"
import { createInboxKeeper, type InboxKeeper } from "../src/inbox/inbox-keeper.ts"
import { makeDecoyRecord } from "../src/accounts/decoy.ts"
import { createApp, memoryRateLimiter, openStorage } from "../src/index.ts"
import { openRooms } from "../src/rooms/open-rooms.ts"
import type { AppPorts, Limiters, ServerLimits, ServerStorage } from "../src/index.ts"
import type { Send } from "./blind-client.ts"

export interface ServerFixture {
  /** To the app, without a socket. */
  readonly send: Send
  readonly storage: ServerStorage
  readonly alerts: ServerAlerts
  readonly inbox: InboxKeeper
  readonly folder: string
  readonly now: () => number
  /** Moves the server's clock on, in milliseconds. */
  advance(ms: number): void
  /** Every line that was logged. */
  readonly logged: string[]
}

export interface FixtureOptions {
  readonly limits?: Partial<ServerLimits>
  readonly limiters?: Partial<Limiters>
  readonly allowedOrigins?: readonly string[]
  readonly ownOrigin?: string
  readonly folder?: string
  readonly webFolder?: string
}

export const host = "http://localhost"

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-server-"))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The app over real SQLite and files in a temporary folder. */
export async function serverFixture(options: FixtureOptions = {}): Promise<ServerFixture> {
  const folder = options.folder ?? (await temporaryFolder())
  let time = Date.UTC(2026, 10, 20, 12)
  const now = () => time
  const storage = await openStorage({ folder, now })
  await storage.accounts.ensureDecoy(() => makeDecoyRecord(storage.secrets.opaque))
  const onError = (error: unknown): void => void logged.push(String(error))
  const rooms = openRooms({ folder, now, onError })
  onTestFinished(() => rooms.close())
  const logged: string[] = []
  const plenty = () => memoryRateLimiter({ tries: 1000, perSeconds: 3600 })
  const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) })
  const link = () => `${host}/alerts`
  const alerts = await openServerAlerts({
    ...{ storage, log, link, now },
    mail: { from: "darkslide@example.org" },
    vapid: generateVapidKeys(),
    vapidSubject: "mailto:darkslide@example.org",
    allow: ["127.0.0.1"],
    runs: false,
  })
  const inbox = createInboxKeeper({ storage, alerts, link, log })
  onTestFinished(async () => {
    await inbox.settled()
    await alerts[Symbol.asyncDispose]()
    await storage[Symbol.asyncDispose]()
  })
  const ports: AppPorts = {
    ...{ storage, rooms, alerts, inbox, now, log },
    limits: { quotaBytes: 1 << 30, uploadLifetimeMs: 86_400_000, openUploads: 100, ...options.limits },
    origins: { ownOrigin: options.ownOrigin, allowedOrigins: options.allowedOrigins ?? [] },
    limiters: {
      loginsPerHandle: plenty(),
      loginsPerAddress: plenty(),
      registrationsPerAddress: plenty(),
      alertTests: plenty(),
      hubConnectionsPerAddress: plenty(),
      roomItemsPerAddress: plenty(),
      ...options.limiters,
    },
    webFolder: options.webFolder ?? join(folder, "no-web"),
    addressOf: () => "192.0.2.1",
  }
  const app = createApp(ports)
  return {
    ...{ storage, alerts, inbox, folder, now, logged },
    send: async (path, init) => await app.request(`${host}${path}`, init),
    advance(ms) {
      time += ms
    },
  }
}

/** The code of a problem document, checked to be one. */
export async function problemCode(response: Response): Promise<string> {
  if (response.headers.get("content-type") !== "application/problem+json") return `no problem: ${response.status}`
  const document = (await response.json()) as {
    status: number
    code: string
    type: string
    title: string
    detail: string
  }
  const type = `urn:darkslide:problem:${document.code.toLowerCase().replaceAll("_", "-")}`
  if (document.type !== type || document.status !== response.status) return `inconsistent: ${JSON.stringify(document)}`
  if (/\bat \S+:\d+|node_modules/.test(JSON.stringify(document))) return `stack trace: ${document.detail}`
  return document.code
}
