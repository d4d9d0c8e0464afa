// `bench [--sockets N] [--seconds S] [--idle N] [--rounds N]`: the hub beside socket.io, both behind the same clients, in turns.
// CPU is that of the server's process. Rates and latencies mean something on an idle machine only. `--idle 0` leaves out
// what takes longest.
import { parseArgs } from "node:util"
import { median, printRows, type BenchRow } from "../../../tools/bench/bench.ts"
import { measureIdle } from "./idle.ts"
import { ours, socketIo } from "./members.ts"
import { measureTalk, type Talked } from "./talk.ts"

const { values } = parseArgs({
  options: {
    sockets: { type: "string", default: "1000" },
    seconds: { type: "string", default: "5" },
    idle: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
  },
  strict: false,
})
const [sockets, seconds, idle, rounds] = [values.sockets, values.seconds, values.idle, values.rounds].map(Number) as [
  number,
  number,
  number,
  number,
]
/** A little more than the 4,000 that are asked for: what is sent evenly is always a little late. */
const messagesPerSecond = 4.04 * sockets

const talked: { readonly ours: Talked[]; readonly peer: Talked[] } = { ours: [], peer: [] }
for (let round = 0; round < rounds; round++) {
  talked.ours.push(await measureTalk("ours", ours, { sockets, seconds, messagesPerSecond }))
  talked.peer.push(await measureTalk("socket.io", socketIo, { sockets, seconds, messagesPerSecond }))
}

type Options = Pick<BenchRow, "unit" | "atLeast" | "atMost"> & { readonly factor?: number; readonly more?: boolean }

function row(name: string, field: keyof Talked, { factor = 1, more = false, ...rest }: Options): BenchRow {
  const middle = (side: readonly Talked[]): number => median(side.map((one) => one[field])) * factor
  const [own, peer] = [middle(talked.ours), middle(talked.peer)]
  return { name, ours: own, peer, peerName: "socket.io", ratio: more ? own / peer : peer / own, ...rest }
}

const rows = [
  row(`joins of ${sockets} sockets`, "joinsPerSecond", { unit: "a second", more: true, atLeast: 1000 }),
  row("a join, signature and all", "cpuPerJoin", { unit: "ms of CPU", factor: 1e3 }),
  row(`messages in, ${sockets} sockets`, "inPerSecond", { unit: "a second", more: true, atLeast: 4 * sockets }),
  row("messages out to others", "outPerSecond", { unit: "a second", more: true, atLeast: 12 * sockets }),
  row("delivery at that rate, p50", "p50", { unit: "ms" }),
  row("delivery at that rate, p95", "p95", { unit: "ms", atMost: 25 }),
  row("a delivery, 388 bytes", "cpuPerDelivery", { unit: "µs of CPU", factor: 1e6 }),
]
if (idle > 0) {
  const [own, peer] = [await measureIdle("ours", idle), await measureIdle("socket.io", idle)]
  rows.push({
    name: `one of ${idle} idle sockets`,
    ours: own / 1024,
    peer: peer / 1024,
    peerName: "socket.io",
    unit: "KiB of the server",
    ratio: peer / own,
    atMost: 16,
  })
}
printRows(rows)
