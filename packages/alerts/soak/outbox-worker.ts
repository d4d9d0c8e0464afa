// One process of the soak: observes events, fires timers and delivers, until it is killed. Speaks on stdout: `ready`, and
// `accepted <id>` once an event is on disk. Ends its observing when its standard input ends.
import { argv, stdin, stdout } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { createAlerts, type AlertStore } from "@darkslide/alerts"
import { openPostgresStore } from "@darkslide/alerts/postgres"
import { openSqliteStore } from "@darkslide/alerts/sqlite"
import { parseWebhookKey, webhookChannel } from "@darkslide/alerts/webhook"

const [, , name = "", database = "", receiver = "", secret = ""] = argv
const store: AlertStore = database.startsWith("postgres:")
  ? await openPostgresStore(new pg.Pool({ connectionString: database, max: 4 }))
  : await openSqliteStore(database)
const webhook = webhookChannel({ keys: [parseWebhookKey(secret)], allow: ["127.0.0.1"] })
const alerts = createAlerts({
  store,
  leaseMs: 1500,
  pollMs: 100,
  channels: {
    hook: {
      channel: { ...webhook, concurrency: 16, backoff: { baseMs: 20, capMs: 300 }, breakAfter: 1000 },
      content: "text",
    },
  },
  rules: [
    {
      name: "soak",
      match: { type: "soak" },
      groupBy: ["group"],
      groupWaitMs: 100,
      groupIntervalMs: 100,
      to: [{ channel: "hook", destination: receiver }],
    },
  ],
})
void alerts.run({ signal: new AbortController().signal })
stdout.write("ready\n")

let isObserving = true
stdin.on("end", () => (isObserving = false)).resume()
for (let number = 0; isObserving; number += 1) {
  const id = `${name}-${number}`
  const group = String(Math.floor(Math.random() * 300))
  try {
    await alerts.observe({ type: "soak", id, title: id, labels: { group } })
    stdout.write(`accepted ${id}\n`)
  } catch {
    // Not accepted, because the database was busy: then it need not be told.
  }
  await sleep(Math.random() * 8)
}
