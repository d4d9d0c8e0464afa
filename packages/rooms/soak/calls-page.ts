// The page of `soak calls`: people in one room, each with their own worker and connections, over a hub behind a WebSocket.
import { createRoom, inviteFragment, joinRoom, parseInvite, webSocketTransport, type Room } from "@darkslide/rooms"
import { Call } from "../src/media/call.ts"
import type { CallEvent } from "../src/media/call-events.ts"
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
    gather(others: number): Promise<void>
    comeAndGo(isKicked: boolean): Promise<Change>
  }
}

interface Host {
  readonly room: Room
  readonly call: Call
  readonly fragment: string
}

let host: Host | undefined

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

async function until(call: Call, isIt: (event: CallEvent) => boolean): Promise<void> {
  for await (const event of call.events()) if (isIt(event)) return
}

window.gather = async (others) => {
  const { room } = await createRoom({ transport, name: "Ann", door: "open" })
  const fragment = inviteFragment(room.invite)
  // She closes no connection to those who leave: only the keys keep them out.
  const call = await joinCall(
    deafRoom(room, ({ type }) => type !== "member_left"),
    { stream },
  )
  host = { room, call, fragment }
  for (let index = 0; index < others; index++) {
    const other = await joinRoom({ transport, name: `other ${index}`, entry: { invite: room.invite } })
    await joinCall(other, { stream })
  }
}

window.comeAndGo = async (isKicked) => {
  if (!host) throw new Error("not begun")
  const { room, call } = host
  const bad: string[] = []
  const start = performance.now()
  const guest = await joinRoom({
    transport,
    name: "Guest",
    entry: { invite: parseInvite(inviteFragment(room.invite)) },
  })
  const clinging = deafRoom(guest, ({ type }) => type !== "closed" && type !== "member_left")
  const visit = await joinCall(clinging)
  const numbers = await watch(visit, "Ann")
  const linkToVideo = performance.now() - start

  const { epoch } = room.keys
  const newKey = until(call, (event) => event.type === "sealing" && event.epoch > epoch)
  const member = room.members.find(({ leaf }) => leaf === guest.self.leaf)
  if (!member) throw new Error("the guest is not in the room")
  const left = performance.now()
  void (isKicked ? room.kick(member) : guest.leave())
  await newKey
  const leaveToNewKey = performance.now() - left
  const last = camera.last()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const later = numbers.filter((number) => number > last && number - last < 1000)
  if (later.length > 0) bad.push(`who left saw ${later.length} pictures more`)
  await visit.leave()
  Call.pathOf(call).leave(member.leaf)
  return { linkToVideo, leaveToNewKey, bad }
}
