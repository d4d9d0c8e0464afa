// The page of `soak calls`: people in one room, each with their own worker and connections, over a hub behind a WebSocket.
import { createRoom, inviteFragment, joinRoom, parseInvite, webSocketTransport, type Room } from "@darkslide/rooms"
import { forwardingUnit } from "@darkslide/rooms/forwarding"
import { Call } from "../src/media/call.ts"
import type { CallEvent } from "../src/media/call-events.ts"
import type { CallVia } from "../src/media/call-path.ts"
import { joinCall } from "../src/media/join-call.ts"
import { deafRoom } from "../test/media/deaf-room.ts"
import { numberedCamera, readNumbers } from "../test/media/numbered-pictures.ts"

const transport = webSocketTransport(`${location.origin.replace(/^http/u, "ws")}/rooms`)
const camera = numberedCamera()
const stream = new MediaStream([camera.track])

/** Milliseconds, and what must not be. */
export interface Change {
  readonly linkToVideo: number
  readonly leaveToNewKey: number
  readonly bad: readonly string[]
}

declare global {
  interface Window {
    gather(others: number, via: "mesh" | "unit"): Promise<void>
    comeAndGo(isKicked: boolean): Promise<Change>
  }
}

interface Host {
  readonly room: Room
  readonly call: Call
  readonly via: "mesh" | "unit"
}

let host: Host | undefined

function viaOf(room: Room, via: Host["via"]): CallVia | undefined {
  if (via === "mesh") return undefined
  const url = new URL(`/rooms/${room.id}/forwarding`, location.origin)
  return forwardingUnit({ url, pass: () => room.pass })
}

/** Numbers of a person's pictures, once the first came. */
async function watch(call: Call, name: string): Promise<readonly number[]> {
  for await (const event of call.events()) {
    if (event.type !== "stream" || event.member.name !== name) continue
    return await new Promise((resolve) => {
      const { numbers } = readNumbers(event.track, () => resolve(numbers))
    })
  }
  throw new Error("the call ended")
}

/** How many packets of somebody's came so far, opened or not. */
async function packetsOf(call: Call, name: string): Promise<number> {
  const person = Call.pathOf(call).people.find(({ member }) => member.name === name)
  let packets = 0
  for (const entry of ((await person?.link.connection.getStats())?.values() ?? []) as Iterable<{
    type: string
    packetsReceived?: number
  }>)
    if (entry.type === "inbound-rtp") packets += entry.packetsReceived ?? 0
  return packets
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

async function until(call: Call, isIt: (event: CallEvent) => boolean): Promise<void> {
  for await (const event of call.events()) if (isIt(event)) return
}

window.gather = async (others, via) => {
  const { room } = await createRoom({ transport, name: "Ann", door: "open" })
  // She closes no connection to those who leave: only the keys keep them out.
  const call = await joinCall(
    deafRoom(room, ({ type }) => type !== "member_left"),
    { stream, via: viaOf(room, via) },
  )
  host = { room, call, via }
  for (let index = 0; index < others; index++) {
    const other = await joinRoom({ transport, name: `other ${index}`, entry: { invite: room.invite } })
    await joinCall(other, { stream, via: viaOf(other, via) })
  }
}

window.comeAndGo = async (isKicked) => {
  if (!host) throw new Error("not begun")
  const { room, call, via } = host
  const bad: string[] = []
  const [start, first] = [performance.now(), camera.last()]
  const guest = await joinRoom({
    transport,
    name: "Guest",
    entry: { invite: parseInvite(inviteFragment(room.invite)) },
  })
  const clinging = deafRoom(guest, ({ type }) => type !== "closed" && type !== "member_left")
  const visit = await joinCall(clinging, { via: viaOf(guest, via) })
  const numbers = await watch(visit, "Ann")
  const linkToVideo = performance.now() - start
  const earlier = numbers.filter((number) => number <= first && first - number < 1000)
  if (earlier.length > 0) bad.push(`a newcomer saw ${earlier.length} pictures from before`)

  const { epoch } = room.keys
  const newKey = until(call, (event) => event.type === "sealing" && event.epoch > epoch)
  const member = room.members.find(({ leaf }) => leaf === guest.self.leaf)
  if (!member) throw new Error("the guest is not in the room")
  const left = performance.now()
  void (isKicked ? room.kick(member) : guest.leave())
  await newKey
  const leaveToNewKey = performance.now() - left
  const [last, packets] = [camera.last(), await packetsOf(visit, "Ann")]
  await sleep(500)
  // On a machine that does other things too, an encoder may rest.
  for (let tries = 0; tries < 50 && (await packetsOf(visit, "Ann")) < packets + 10; tries++) await sleep(100)
  if ((await packetsOf(visit, "Ann")) < packets + 10) bad.push("who left got no more packets: nothing was tried")
  const later = numbers.filter((number) => number > last && number - last < 1000)
  if (later.length > 0) bad.push(`who left saw ${later.length} pictures more`)
  await visit.leave()
  Call.pathOf(call).leave(member.leaf)
  return { linkToVideo, leaveToNewKey, bad }
}
