import { spawn, type ChildProcess } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import pg from "pg"
import { openPostgresStore } from "@darkslide/alerts/postgres"
import { openSqliteStore } from "@darkslide/alerts/sqlite"
import { generateWebhookSecret } from "@darkslide/alerts/webhook"
import type { AlertStore } from "@darkslide/alerts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { startPostgres } from "../test/postgres-server.ts"
import { startSoakReceiver } from "./soak-receiver.ts"

const workers = 2
const inFlight = 16
const quietMs = 60_000
const program = fileURLToPath(new URL("outbox-worker.ts", import.meta.url))

interface Worker {
  readonly process: ChildProcess
  readonly ready: Promise<void>
  readonly ended: Promise<void>
}

interface Storm {
  /** Kills. */
  readonly count: number
  readonly seed: number
  readonly db: "sqlite" | "postgres"
}

/**
 * Kills one of two workers at a random moment, over and over, while both observe events, wait for groups, deliver and
 * acknowledge. A run is a kill; it is bad when an event that was accepted is never told, and the last when a delivery was
 * unsigned, came more often than kills explain, or counts do not add up.
 */
export async function outbox(options: Storm): Promise<number> {
  const { lost, complaints } = await storm(options)
  return Math.max(lost > 0 ? Math.min(lost, options.count) : 0, complaints > 0 ? 1 : 0)
}

export interface StormReport {
  /** Events. */
  readonly accepted: number
  readonly lost: number
  readonly complaints: number
}

export async function storm(options: Storm): Promise<StormReport> {
  const { count, seed, db } = options
  const random = seededRandom(seed)
  const secret = generateWebhookSecret()
  await using cleanup = new AsyncDisposableStack()
  const receiver = cleanup.use(await startSoakReceiver(secret, seededRandom(seed + 1)))
  const folder = cleanup.adopt(await mkdtemp(join(tmpdir(), "alerts-soak-")), async (path) => {
    await rm(path, { recursive: true, force: true })
  })
  const database = db === "sqlite" ? join(folder, "alerts.db") : cleanup.use(await startPostgres()).url
  const store = await openStore(database, cleanup)

  const accepted = new Set<string>()
  let started = 0
  const start = (): Worker => {
    started += 1
    const args = ["--conditions=@darkslide/source", program, `w${started}`, database, receiver.url, secret]
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
    const ready = Promise.withResolvers<void>()
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [word, id = ""] = line.split(" ")
      if (word === "ready") ready.resolve()
      else accepted.add(id)
    })
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
    return { process: child, ready: ready.promise, ended }
  }
  const running = Array.from({ length: workers }, start)
  cleanup.defer(() => {
    for (const { process: child } of running) child.kill("SIGKILL")
  })

  for (let kills = 0; kills < count; kills += 1) {
    const index = random.below(workers)
    const victim = running[index]
    if (victim === undefined) break
    await victim.ready
    await sleep(random.next() * 250)
    victim.process.kill("SIGKILL")
    await victim.ended
    running[index] = start()
  }
  await Promise.all(running.map(async ({ ready }) => await ready))
  for (const { process: child } of running) child.stdin?.end()
  const missing = (): string[] => [...accepted].filter((id) => !receiver.told.has(id))
  const waiting = async (): Promise<number> => (await store.list({ state: "waiting", limit: 1000 })).length
  for (let waited = 0; waited < quietMs && (missing().length > 0 || (await waiting()) > 0); waited += 200)
    await sleep(200)

  const lost = missing()
  const alerts = await store.alerts({ limit: 100_000 })
  const states = alerts.map(({ body }) => JSON.parse(body) as { total: number; told: number; revision: number })
  const total = states.reduce((sum, state) => sum + state.total, 0)
  const told = states.reduce((sum, state) => sum + state.told, 0)
  const revisions = states.reduce((sum, state) => sum + state.revision, 0)
  const again = receiver.deliveries() - receiver.ids()
  const complaints = [
    lost.length > 0 ? `${lost.length} events lost, such as ${lost.slice(0, 3).join(", ")}` : undefined,
    total < accepted.size ? `${accepted.size} events accepted, ${total} counted` : undefined,
    told === total ? undefined : `${total} events counted, ${told} told`,
    receiver.ids() === revisions ? undefined : `${revisions} notifications made, ${receiver.ids()} acted on`,
    receiver.wrong() === 0 ? undefined : `${receiver.wrong()} deliveries unsigned or changed`,
    again <= count * inFlight ? undefined : `${again} deliveries came again, more than ${count} x ${inFlight}`,
  ].filter((complaint) => complaint !== undefined)
  for (const complaint of complaints) process.stdout.write(`outbox: ${complaint}\n`)
  const facts = [`${accepted.size} events accepted`, `${lost.length} lost`, `${receiver.ids()} notifications acted on`]
  process.stdout.write(`outbox on ${db}: ${facts.join(", ")}, ${again} came again (at most ${count * inFlight})\n`)
  return { accepted: accepted.size, lost: lost.length, complaints: complaints.length }
}

async function openStore(database: string, cleanup: AsyncDisposableStack): Promise<AlertStore> {
  if (!database.startsWith("postgres:")) return cleanup.use(await openSqliteStore(database))
  const pool = cleanup.adopt(new pg.Pool({ connectionString: database, max: 2 }), async (open) => await open.end())
  return await openPostgresStore(pool)
}
