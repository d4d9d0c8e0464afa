import { createSocket } from "node:dgram"
import { roomBeacon } from "../../src/beacon/room-beacon.ts"
import { datagramGroup, datagramPort } from "../../src/node/lan/datagram.ts"
import { mdnsGroup, mdnsPort } from "../../src/node/lan/dns-sd.ts"
import { openLan } from "../../src/node/lan/lan.ts"

// One side of a network: announces a room, or listens and says what came, a line of JSON each.

const [role = "", method = "dns-sd", address = "", secret = ""] = process.argv.slice(2)
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
const methods = method === "dns-sd" ? (["dns-sd"] as const) : (["datagram"] as const)
const onError = (error: unknown): void => say({ error: String(error) })

if (role === "announce") {
  const invite = { roomId: "gr2q7gf5lh6pzfdnurnkvputhp", secret: new Uint8Array(Buffer.from(secret, "hex")) }
  const rooms = () => [{ beacons: [roomBeacon(invite, Date.now())] }]
  await openLan({ port: 8787, rooms, methods, onError })
  say({ ready: true })
} else if (role === "listen") {
  const startedAt = Date.now()
  const lan = await openLan({ port: 8788, rooms: () => [], methods, onError })
  say({ ready: true })
  const looking = setInterval(() => {
    const [found] = lan.neighbours
    if (!found) return
    clearInterval(looking)
    const { announcement, address: from } = found
    const { tag, at, port, signature } = announcement
    say({
      found: {
        from,
        port,
        at,
        tag: Buffer.from(tag).toString("hex"),
        signature: Buffer.from(signature).toString("hex"),
      },
      afterMs: Date.now() - startedAt,
    })
  }, 20)
} else {
  // Every byte that goes by.
  for (const [group, port] of [
    [mdnsGroup, mdnsPort],
    [datagramGroup, datagramPort],
  ] as const) {
    const socket = createSocket({ type: "udp4", reuseAddr: true })
    socket.on("message", (bytes) => say({ hex: bytes.toString("hex") }))
    socket.bind(port, "0.0.0.0", () => {
      socket.addMembership(group, address)
      say({ ready: true })
    })
  }
}
setInterval(() => undefined, 60_000)
