import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { createServer as createProbe, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import type { BenchRow } from "../../../tools/bench/bench.ts"
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { storm } from "../soak/outbox.ts"

const kills = 20
const seed = 1
const groups = 300
const quietMs = 15_000

/**
 * The storm of `soak outbox` beside Debian's Alertmanager: the same group waits, the same moments of `kill -9`, a source that
 * says each thing once. Told of those accepted, in percent.
 */
export async function benchAlertmanager(): Promise<readonly BenchRow[]> {
  if (!hasAlertmanager()) {
    process.stderr.write("bench alertmanager: not run, there is no prometheus-alertmanager\n")
    return []
  }
  const ours = await storm({ count: kills, seed, db: "sqlite" })
  const peer = await stormAlertmanager()
  const told = ({ accepted, lost }: { readonly accepted: number; readonly lost: number }) =>
    accepted === 0 ? 0 : (100 * (accepted - lost)) / accepted
  process.stderr.write(`ours: ${ours.lost} of ${ours.accepted} lost; Alertmanager: ${peer.lost} of ${peer.accepted}\n`)
  const name = `told, of events accepted around ${kills} kills`
  const unit = "% (who says each thing once)"
  return [{ name, unit, peerName: "Alertmanager", ours: told(ours), peer: told(peer), ratio: told(ours) / told(peer) }]
}

async function stormAlertmanager(): Promise<{ readonly accepted: number; readonly lost: number }> {
  const random = seededRandom(seed)
  const folder = await mkdtemp(join(tmpdir(), "alerts-alertmanager-"))
  const told = new Set<string>()
  const sink = await listen(told)
  const { port: sinkPort } = sink.address() as AddressInfo
  const port = await freePort()
  const configuration = {
    route: {
      receiver: "sink",
      group_by: ["group"],
      group_wait: "100ms",
      group_interval: "100ms",
      repeat_interval: "1h",
    },
    receivers: [{ name: "sink", webhook_configs: [{ url: `http://127.0.0.1:${sinkPort}/`, send_resolved: false }] }],
  }
  const file = join(folder, "alertmanager.yml")
  // Every JSON is YAML.
  await writeFile(file, JSON.stringify(configuration))
  const start = () => startAlertmanager(file, join(folder, "data"), port)
  const accepted = new Set<string>()
  let running = await start()
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      let isOver = false
      const posting = (async () => {
        for (let number = 0; !isOver; number += 1) {
          const id = `${kill}-${number}`
          if (await post(port, id, String(random.below(groups)))) accepted.add(id)
          await sleep(random.next() * 8)
        }
      })()
      await sleep(random.next() * 250)
      isOver = true
      running.kill("SIGKILL")
      await posting
      running = await start()
    }
    for (let waited = 0; waited < quietMs && [...accepted].some((id) => !told.has(id)); waited += 200) await sleep(200)
    return { accepted: accepted.size, lost: [...accepted].filter((id) => !told.has(id)).length }
  } finally {
    running.kill("SIGKILL")
    sink.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns whether it was accepted. */
async function post(port: number, id: string, group: string): Promise<boolean> {
  const body = JSON.stringify([{ labels: { alertname: "soak", id, group } }])
  const headers = { "content-type": "application/json" }
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, { method: "POST", headers, body })).ok
  } catch {
    // It was killed meanwhile: not accepted.
    return false
  }
}

/** Resolves when it takes alerts. */
async function startAlertmanager(file: string, data: string, port: number): Promise<ChildProcess> {
  const address = `--web.listen-address=127.0.0.1:${port}`
  const args = [`--config.file=${file}`, `--storage.path=${data}`, address, "--cluster.listen-address="]
  const child = spawn("prometheus-alertmanager", args, { stdio: "ignore" })
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return child
    if (child.exitCode !== null) throw new Error(`Alertmanager ended with ${child.exitCode}`)
    await sleep(20)
  }
}

async function listen(told: Set<string>): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { alerts } = JSON.parse(body) as {
        readonly alerts: readonly { readonly labels: { readonly id: string } }[]
      }
      for (const { labels } of alerts) told.add(labels.id)
      return response.end()
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return server
}

async function freePort(): Promise<number> {
  const probe = createProbe().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, "close")
  return port
}

function hasAlertmanager(): boolean {
  try {
    execFileSync("prometheus-alertmanager", ["--version"], { stdio: "ignore" })
    return true
  } catch {
    // Not installed here.
    return false
  }
}
