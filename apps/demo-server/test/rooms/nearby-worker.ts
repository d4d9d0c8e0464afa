import { createRoom, fingerprintOf, isOfRoom, joinRoom, roomBeacon, webSocketTransport } from "@darkslide/rooms"
import { httpItems, openChannel } from "@darkslide/rooms/channels"
import { fromBase64Url, toBase64Url } from "@darkslide/crypto"
import { pino } from "pino"
import { readConfiguration } from "../../src/config.ts"
import { startServer } from "../../src/start-server.ts"

// One machine on a network: a server, and a person at it. The host announces a room; the guest finds it and comes in
// through their own server. Each says what happened, a line of JSON each.

const [role = "", folder = "", link = ""] = process.argv.slice(2)
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

const configuration = readConfiguration({
  DARKSLIDE_PORT: "0",
  DARKSLIDE_HOST: "0.0.0.0",
  DARKSLIDE_DATA: folder,
  DARKSLIDE_LAN: "on",
})
const server = await startServer(configuration, pino({ level: "silent" }))
const own = server.url.replace("0.0.0.0", "127.0.0.1")
const socketOf = (path: string) => webSocketTransport(`${own.replace("http", "ws")}${path}`)
const picture = new TextEncoder().encode("a picture of the cellar")

async function host(): Promise<void> {
  const { room } = await createRoom({ transport: socketOf("/v1/hub"), name: "Ann", door: "open" })
  const channel = await openChannel(room, {
    items: httpItems({ url: `${own}/v1/rooms/${room.id}/items`, pass: () => room.pass }),
  })
  const { slot, tag, seed } = roomBeacon(room.invite, Date.now())
  const beacons = [{ slot, tag: toBase64Url(tag), seed: toBase64Url(seed) }]
  const { status } = await fetch(`${own}/v1/rooms/${room.id}/beacons`, {
    method: "PUT",
    headers: { authorization: `Bearer ${room.pass}`, "content-type": "application/json" },
    body: JSON.stringify({ beacons }),
  })
  say({ status, secret: toBase64Url(room.invite.secret), room: room.id })
  for await (const event of channel.events()) {
    if (event.type !== "key_known") continue
    await channel.post(picture, { type: "image/png" })
    say({ posted: true })
  }
}

interface Seen {
  readonly on: boolean
  readonly neighbours: readonly { id: string; tag: string; port: number; at: number; signature: string }[]
}

async function guest(): Promise<void> {
  const startedAt = Date.now()
  const [roomId = "", secret = ""] = link.split(".")
  const invite = { roomId, secret: fromBase64Url(secret) }
  for (;;) {
    const { neighbours } = (await (await fetch(`${own}/v1/nearby`)).json()) as Seen
    const found = neighbours.find(({ tag, port, at, signature }) =>
      isOfRoom({ tag: fromBase64Url(tag), port, at, signature: fromBase64Url(signature) }, invite, Date.now()),
    )
    if (!found) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      continue
    }
    say({ foundAfterMs: Date.now() - startedAt })
    const via = `/v1/nearby/${encodeURIComponent(found.id)}`
    const room = await joinRoom({ transport: socketOf(`${via}/hub`), name: "Bo", entry: { invite } })
    const items = httpItems({ url: `${own}${via}/rooms/${roomId}/items`, pass: () => room.pass })
    const channel = await openChannel(room, { items })
    for await (const event of channel.events()) {
      if (event.type !== "new_image") continue
      const opened = await channel.open(event.item)
      const people = room.members.map(({ name, person }) => `${name} ${fingerprintOf(person).length}`)
      return say({ people, opened: Buffer.from(opened).toString("utf8") })
    }
  }
}

await (role === "host" ? host() : guest())
