// `bench [--sockets N] [--seconds S]`: the hub beside socket.io, both behind the same clients, in turns. By CPU time of the
// server's process; latencies are told, and mean something on an idle machine only.
import { fork } from "node:child_process"
import { once } from "node:events"
import { parseArgs } from "node:util"
import { setTimeout as sleep } from "node:timers/promises"
import { median, printRows, type BenchRow } from "../../../tools/bench/bench.ts"
import { ours, socketIo, type Member, type Side } from "./members.ts"

const { values } = parseArgs({
  options: { sockets: { type: "string", default: "1000" }, seconds: { type: "string", default: "5" } },
  strict: false,
})
const sockets = Number(values.sockets)
const seconds = Number(values.seconds)
const perRoom = 4
/** Each socket says four things a second: 4,000 in and 12,000 to others out, with 1,000 sockets. */
const perSecond = 4
const rounds = 3
const padding = "A".repeat(376)

interface Measured {
  readonly joinsPerSecond: number
  readonly cpuPerJoin: number
  readonly cpuPerDelivery: number
  readonly p50: number
  readonly p95: number
}

async function measure(name: "ours" | "socket.io", side: Side): Promise<Measured> {
  const server = fork(new URL("server.ts", import.meta.url), [name], { execArgv: process.execArgv })
  const [{ port }] = (await once(server, "message")) as [{ port: number }]
  const usage = async (): Promise<number> => {
    server.send("usage")
    const [{ cpuSeconds }] = (await once(server, "message")) as [{ cpuSeconds: number }]
    return cpuSeconds
  }
  const doors = await side.prepare(port, sockets / perRoom)
  const latencies: number[] = []
  const onMessage = (body: string): void => {
    latencies.push(performance.now() - Number.parseInt(body.slice(0, 12), 10) / 1000)
  }
  const [cpuStart, start] = [await usage(), performance.now()]
  const members: Member[] = []
  // As many at once as come after a restart of a hub, not all.
  for (let at = 0; at < sockets; at += 50) {
    const batch = Array.from({ length: Math.min(50, sockets - at) }, (_, i) => doors[(at + i) % doors.length])
    members.push(...(await Promise.all(batch.map((door) => door!(onMessage)))))
  }
  const joinSeconds = (performance.now() - start) / 1000
  const cpuJoined = await usage()
  await talk(members)
  await sleep(500)
  const cpuDone = await usage()
  for (const member of members) member.close()
  server.disconnect()
  await once(server, "exit")
  return {
    joinsPerSecond: sockets / joinSeconds,
    cpuPerJoin: (cpuJoined - cpuStart) / sockets,
    cpuPerDelivery: (cpuDone - cpuJoined) / latencies.length,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
  }
}

/** Everybody speaks in turn, evenly over each second. The body begins with its time, in microseconds. */
async function talk(members: readonly Member[]): Promise<void> {
  const total = members.length * perSecond * seconds
  const start = performance.now()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, ((performance.now() - start) / 1000) * members.length * perSecond)
    for (; sent < due; sent++) {
      const stamp = String(Math.round(performance.now() * 1000)).padStart(12, "0")
      members[sent % members.length]?.post(stamp + padding)
    }
    await sleep(4)
  }
}

function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? Number.NaN
}

const results: { readonly ours: Measured[]; readonly peer: Measured[] } = { ours: [], peer: [] }
for (let round = 0; round < rounds; round++) {
  results.ours.push(await measure("ours", ours))
  results.peer.push(await measure("socket.io", socketIo))
}
const middle = (side: readonly Measured[], field: keyof Measured): number => median(side.map((one) => one[field]))
const row = (
  name: string,
  field: keyof Measured,
  options: { readonly unit: string; readonly factor: number; readonly more: boolean },
): BenchRow => {
  const [own, peer] = [middle(results.ours, field), middle(results.peer, field)]
  const { unit, factor, more } = options
  const ratio = more ? own / peer : peer / own
  return { name, ours: own * factor, peer: peer * factor, peerName: "socket.io", unit, ratio }
}
printRows([
  row(`joins of ${sockets} sockets`, "joinsPerSecond", { unit: "a second", factor: 1, more: true }),
  row("a join, signature and all", "cpuPerJoin", { unit: "ms of CPU", factor: 1e3, more: false }),
  row("a delivery, 388 bytes", "cpuPerDelivery", { unit: "µs of CPU", factor: 1e6, more: false }),
  row("delivery, p50", "p50", { unit: "ms", factor: 1, more: false }),
  row("delivery, p95", "p95", { unit: "ms", factor: 1, more: false }),
])
