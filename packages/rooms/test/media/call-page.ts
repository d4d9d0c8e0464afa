// What the stories' page can do: joins rooms and calls as a person, and tells what is seen.
import { createRoom, inviteFragment, joinRoom, parseInvite, webSocketTransport, type Room } from "@darkslide/rooms"
import { joinCall, type Call, type CallEvent, type CallOptions } from "@darkslide/rooms/media"
import { numberedCamera, readNumbers, type NumberedCamera } from "./numbered-pictures.ts"

const transport = webSocketTransport(`${location.origin.replace(/^http/u, "ws")}/rooms`)

class Person {
  room: Room | undefined
  call: Call | undefined
  camera: NumberedCamera | undefined
  readonly events: CallEvent[] = []
  readonly #seen = new Map<string, readonly number[]>()

  /** @returns the link's fragment. */
  async create(name: string): Promise<string> {
    const { room } = await createRoom({ transport, name, door: "open" })
    this.room = room
    return inviteFragment(room.invite)
  }

  async join(name: string, fragment: string): Promise<void> {
    this.room = await joinRoom({ transport, name, entry: { invite: parseInvite(fragment) } })
  }

  /** @param start - The number of the camera's first picture. */
  async enter(start: number, options: CallOptions): Promise<void> {
    if (!this.room) throw new Error("not in a room")
    this.camera = numberedCamera(start)
    this.call = await joinCall(this.room, { ...options, stream: new MediaStream([this.camera.track]) })
    const events = this.call.events()
    void (async () => {
      for await (const event of events) {
        this.events.push(event)
        if (event.type === "stream" && event.source === "camera")
          this.#seen.set(event.member.name, readNumbers(event.track).numbers)
      }
    })()
  }

  /** Numbers of somebody's pictures, as they came. */
  seen(name: string): readonly number[] {
    return this.#seen.get(name) ?? []
  }

  told(): readonly string[] {
    return this.events.map((event) => (event.type === "ignored" ? `ignored ${String(event.error.cause)}` : event.type))
  }

  figures(): readonly unknown[] {
    return this.events.flatMap((event) => (event.type === "statistics" ? event.people : [])).slice(-8)
  }
}

declare global {
  interface Window {
    person: Person
  }
}

window.person = new Person()

// A browser that nobody drives is told what to do by its address, and tells what it sees.
const orders = new URLSearchParams(location.search)
const fragment = orders.get("fragment")
if (fragment) {
  const name = orders.get("name") ?? "Somebody"
  const codecs = orders.get("codec") as "VP8" | "VP9" | "AV1"
  const report = async (): Promise<void> => {
    const { person } = window
    const body = {
      last: person.camera?.last() ?? 0,
      told: person.told(),
      seen: person.seen(orders.get("watch") ?? "").slice(-50),
      figures: person.figures().slice(-1),
    }
    await fetch(`/reports/${name}`, { method: "POST", body: JSON.stringify(body) })
  }
  setInterval(() => void report(), 200)
  try {
    await window.person.join(name, fragment)
    await window.person.enter(Number(orders.get("start")), { codecs: [codecs], statisticsMs: 500 })
  } catch (error) {
    await fetch(`/reports/${name}`, {
      method: "POST",
      body: JSON.stringify({
        last: 0,
        told: [`${String(error)} ${String((error as Error).cause)} ${(error as Error).stack ?? ""}`],
        seen: [],
        figures: [],
      }),
    })
  }
}
