import { setTimeout as sleep } from "node:timers/promises"
import type { Member, Side } from "./members.ts"
import { startServer, type ServerName } from "./server-process.ts"

/** One hub with rooms of four, who join and then talk. */
export interface Talked {
  readonly joinsPerSecond: number
  /** Seconds of the server's CPU. */
  readonly cpuPerJoin: number
  readonly cpuPerDelivery: number
  /** Messages that went to the server, and that came to others than their sender, in each second of the talk. */
  readonly inPerSecond: number
  readonly outPerSecond: number
  /** From sending to another's receiving, in milliseconds. */
  readonly p50: number
  readonly p95: number
}

export interface TalkOptions {
  readonly sockets: number
  readonly seconds: number
  /** How much all of them say together. */
  readonly messagesPerSecond: number
}

export const perRoom = 4
/** As many at once as come after a restart of a hub, not all. */
const joinsAtOnce = 50
const padding = "A".repeat(370)
const patienceMs = 5000

/** Joins, then talks, against a server of its own. */
export async function measureTalk(name: ServerName, side: Side, options: TalkOptions): Promise<Talked> {
  const { sockets } = options
  await using server = await startServer(name)
  const doors = await side.prepare(server.port, sockets / perRoom)
  const heard: Heard = { latencies: [], own: 0, last: 0 }
  const [cpuStart, start] = [await server.cpuSeconds(), performance.now()]
  const members: Member[] = []
  for (let at = 0; at < sockets; at += joinsAtOnce) {
    const batch = Array.from({ length: Math.min(joinsAtOnce, sockets - at) }, (_, i) => at + i)
    members.push(
      ...(await Promise.all(batch.map((index) => doors[index % doors.length]!((body) => hear(heard, body, index))))),
    )
  }
  const joinSeconds = (performance.now() - start) / 1000
  const cpuJoined = await server.cpuSeconds()
  const talkStart = performance.now()
  const sent = await talk(members, options)
  const talkSeconds = (performance.now() - talkStart) / 1000
  const expected = sent * (perRoom - 1)
  for (let waited = 0; heard.latencies.length < expected && waited < patienceMs; waited += 20) await sleep(20)
  const cpuDone = await server.cpuSeconds()
  for (const member of members) member.close()
  if (heard.latencies.length !== expected)
    throw new Error(`${name}: ${heard.latencies.length} of ${expected} messages came`)
  return {
    joinsPerSecond: sockets / joinSeconds,
    cpuPerJoin: (cpuJoined - cpuStart) / sockets,
    cpuPerDelivery: (cpuDone - cpuJoined) / (heard.latencies.length + heard.own),
    inPerSecond: sent / talkSeconds,
    outPerSecond: expected / ((heard.last - talkStart) / 1000),
    p50: quantile(heard.latencies, 0.5),
    p95: quantile(heard.latencies, 0.95),
  }
}

interface Heard {
  readonly latencies: number[]
  /** Copies that came back to their senders: both servers send them. */
  own: number
  last: number
}

/** The body begins with its time in microseconds and the number of its sender. */
function hear(heard: Heard, body: string, index: number): void {
  const now = performance.now()
  if (Number.parseInt(body.slice(12, 18), 10) === index) heard.own++
  else {
    heard.latencies.push(now - Number.parseInt(body.slice(0, 12), 10) / 1000)
    heard.last = now
  }
}

/** Everybody speaks in turn, evenly over each second. */
async function talk(members: readonly Member[], { seconds, messagesPerSecond }: TalkOptions): Promise<number> {
  const total = Math.round(messagesPerSecond * seconds)
  const start = performance.now()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, ((performance.now() - start) / 1000) * messagesPerSecond)
    for (; sent < due; sent++) {
      const index = sent % members.length
      const stamp = String(Math.round(performance.now() * 1000)).padStart(12, "0")
      members[index]?.post(stamp + String(index).padStart(6, "0") + padding)
    }
    await sleep(4)
  }
  return total
}

function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? Number.NaN
}
