// What the stories' page can do: joins rooms and calls as a person, and tells what is seen.
import { createRoom, inviteFragment, joinRoom, parseInvite, webSocketTransport, type Room } from "@darkslide/rooms"
import { forMoreThan, forwardingUnit, janusUnit, type JanusUnitOptions } from "@darkslide/rooms/forwarding"
import {
  joinCall,
  type Call,
  type CallEvent,
  type CallOptions,
  type CallVia,
  type Source,
} from "@darkslide/rooms/media"
import { numberedCamera, readNumbers, type NumberedCamera } from "./numbered-pictures.ts"

const transport = webSocketTransport(`${location.origin.replace(/^http/u, "ws")}/rooms`)

export type Unit = "site" | "site for more than two" | JanusUnitOptions

class Person {
  room: Room | undefined
  call: Call | undefined
  camera: NumberedCamera | undefined
  readonly events: CallEvent[] = []
  readonly #seen = new Map<string, readonly number[]>()
  readonly #ears = new Map<string, () => number>()

  /** @returns the link's fragment. */
  async create(name: string): Promise<string> {
    const { room } = await createRoom({ transport, name, door: "open" })
    this.room = room
    return inviteFragment(room.invite)
  }

  async join(name: string, fragment: string): Promise<void> {
    this.room = await joinRoom({ transport, name, entry: { invite: parseInvite(fragment) } })
  }

  /**
   * @param start - The number of the camera's first picture.
   * @param unit - What to send through: the site's own forwarding unit, that one for more than two, or a Janus. Default: a
   * mesh.
   */
  async enter(start: number, options: CallOptions, unit?: Unit): Promise<void> {
    const { room } = this
    if (!room) throw new Error("not in a room")
    const url = new URL(`/rooms/${room.id}/forwarding`, location.origin)
    const site = (): CallVia => forwardingUnit({ url, pass: () => room.pass })
    const via = typeof unit === "object" ? janusUnit(unit) : unit && (unit === "site" ? site() : forMoreThan(2, site()))
    this.camera = numberedCamera(start)
    this.call = await joinCall(room, { ...options, via, stream: new MediaStream([this.camera.track]) })
    const events = this.call.events()
    void (async () => {
      for await (const event of events) {
        this.events.push(event)
        if (event.type !== "stream") continue
        if (event.source === "microphone") this.#ears.set(event.member.name, earFor(event.track))
        else this.#seen.set(key(event.member.name, event.source), readNumbers(event.track).numbers)
      }
    })()
  }

  /** @param start - The number of the screen's first picture. */
  async shareScreen(start: number): Promise<void> {
    await this.call?.share("screen", numberedCamera(start).track)
  }

  /** Sends a tone of so many hertz as the microphone. */
  async hum(hertz: number): Promise<void> {
    const context = new AudioContext()
    const destination = context.createMediaStreamDestination()
    const oscillator = new OscillatorNode(context, { frequency: hertz })
    oscillator.connect(new GainNode(context, { gain: 0.3 })).connect(destination)
    oscillator.start()
    const [track] = destination.stream.getAudioTracks()
    if (track) await this.call?.share("microphone", track)
  }

  /** Of what somebody sends now, the loudest tone in hertz; 0 while there is none. */
  pitch(name: string): number {
    return this.#ears.get(name)?.() ?? 0
  }

  /** Numbers of somebody's pictures, as they came. */
  seen(name: string, source: Source = "camera"): readonly number[] {
    return this.#seen.get(key(name, source)) ?? []
  }

  told(): readonly string[] {
    return this.events.map((event) => (event.type === "ignored" ? `ignored ${String(event.error.cause)}` : event.type))
  }

  figures(): readonly unknown[] {
    return this.events.flatMap((event) => (event.type === "statistics" ? event.people : [])).slice(-8)
  }
}

/** Listens to a track. */
function earFor(track: MediaStreamTrack): () => number {
  const stream = new MediaStream([track])
  // Chromium decodes what an element plays.
  const player = new Audio()
  player.srcObject = stream
  player.muted = true
  void player.play()
  const context = new AudioContext()
  const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 })
  context.createMediaStreamSource(stream).connect(analyser)
  const spectrum = new Float32Array(analyser.frequencyBinCount)
  return () => {
    analyser.getFloatFrequencyData(spectrum)
    const peak = spectrum.indexOf(Math.max(...spectrum))
    return (spectrum[peak] ?? -Infinity) < -60 ? 0 : (peak * context.sampleRate) / analyser.fftSize
  }
}

function key(name: string, source: Source): string {
  return `${name} ${source}`
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
