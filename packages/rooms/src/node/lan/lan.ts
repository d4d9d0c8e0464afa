import { randomUUID } from "node:crypto"
import { announceBeacon, beaconSlotMs, type RoomBeacon, type ShownRoom } from "../../beacon/room-beacon.ts"
import { datagramGroup, datagramPort, encodeDatagram, encodeQuestion, readDatagram } from "./datagram.ts"
import { encodeQuery, encodeService, mdnsGroup, mdnsPort, readPacket, type ServiceNames } from "./dns-sd.ts"
import { lanInterfaces, type LanInterface } from "./interfaces.ts"
import { openMulticast, type MulticastSocket } from "./multicast-socket.ts"
import { Neighbours, type Neighbour } from "./neighbours.ts"

/** Beacons of one room, for the slots to come, and what of it is shown to everybody. */
export interface AnnouncedRoom {
  readonly beacons: readonly RoomBeacon[]
  readonly shown?: ShownRoom | undefined
}

export interface LanOptions {
  /** Where this server's hub listens. */
  readonly port: number
  /** Asked before each announcement. */
  readonly rooms: () => readonly AnnouncedRoom[]
  /** Default: all of this machine's, IPv4. Asked once. */
  readonly interfaces?: (() => readonly LanInterface[]) | undefined
  /** Default: both. `dns-sd` is seen by the system's own tools; `datagram` gets through where that is filtered. */
  readonly methods?: readonly ("dns-sd" | "datagram")[] | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Told what failed on an interface; the others go on. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Rooms on the networks of this machine. */
export interface Lan {
  /** What was announced in the last two minutes. */
  readonly neighbours: readonly Neighbour[]
  /** Announces now: rooms were added, or are gone. */
  refresh(): void
  close(): void
}

interface Line {
  readonly method: "dns-sd" | "datagram"
  readonly address: string
  readonly socket: MulticastSocket
}

const firstRepeatsMs = [0, 250, 1000]
const repeatEveryMs = 20_000
/** Answers to questions are not repeated sooner: RFC 6762 section 6 says a second. */
const answerEveryMs = 1000
/** RFC 6762 section 11. */
const mdnsTtl = 255

/** Announces rooms, and listens for others' announcements. Resolves once it listens. */
export async function openLan(options: LanOptions): Promise<Lan> {
  const running = new RunningLan(options)
  await running.open()
  return running
}

class RunningLan implements Lan {
  readonly #options: LanOptions
  readonly #now: () => number
  readonly #interfaces: readonly LanInterface[]
  readonly #lines: Line[] = []
  readonly #heard = new Neighbours()
  readonly #names = new Map<string, ServiceNames>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  #answeredAt = 0
  #isClosed = false

  constructor(options: LanOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#interfaces = (options.interfaces ?? lanInterfaces)()
  }

  get neighbours(): readonly Neighbour[] {
    return this.#heard.list(this.#now())
  }

  async open(): Promise<void> {
    const methods = this.#options.methods ?? ["dns-sd", "datagram"]
    for (const { address } of this.#interfaces) for (const method of methods) await this.#openLine(method, address)
    for (const delay of firstRepeatsMs) this.#later(delay, () => this.#sayAll(true))
    this.#repeat()
  }

  refresh(): void {
    this.#sayAll(false)
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const { socket } of this.#lines) socket.close()
  }

  async #openLine(method: Line["method"], address: string): Promise<void> {
    const isDns = method === "dns-sd"
    try {
      const socket = await openMulticast({
        port: isDns ? mdnsPort : datagramPort,
        group: isDns ? mdnsGroup : datagramGroup,
        address,
        ttl: isDns ? mdnsTtl : 1,
        onMessage: (bytes, from) => (isDns ? this.#hearDns(bytes, from) : this.#hearDatagram(bytes, from)),
        onError: (error) => this.#fail(error),
      })
      this.#lines.push({ method, address, socket })
    } catch (error) {
      this.#fail(error)
    }
  }

  #repeat(): void {
    this.#later(repeatEveryMs, () => {
      this.#sayAll(true)
      this.#repeat()
    })
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    timer.unref()
    this.#timers.add(timer)
  }

  #hearDns(bytes: Uint8Array, from: string): void {
    const { asks, announcements } = readPacket(bytes)
    for (const announcement of announcements) this.#take(announcement, from)
    if (asks) this.#answer(from)
  }

  #hearDatagram(bytes: Uint8Array, from: string): void {
    const read = readDatagram(bytes)
    if (read === "question") this.#answer(from)
    else if (read) this.#take(read, from)
  }

  #answer(from: string): void {
    const isOwn = this.#interfaces.some(({ address }) => address === from)
    if (isOwn || this.#now() - this.#answeredAt < answerEveryMs) return
    this.#answeredAt = this.#now()
    this.#sayAll(false)
  }

  #take(announcement: Neighbour["announcement"], from: string): void {
    const isOwn = this.#interfaces.some(({ address }) => address === from) && announcement.port === this.#options.port
    if (!isOwn) this.#heard.take(announcement, from, { now: this.#now(), interfaces: this.#interfaces })
  }

  #sayAll(alsoAsk: boolean): void {
    this.#announce().catch((error: unknown) => this.#fail(error))
    if (!alsoAsk) return
    for (const { method, socket } of this.#lines) socket.send(method === "dns-sd" ? encodeQuery() : encodeQuestion())
  }

  async #announce(): Promise<void> {
    const at = this.#now()
    const slot = Math.floor(at / beaconSlotMs)
    for (const { beacons, shown } of this.#options.rooms()) {
      const beacon = beacons.find((held) => held.slot === slot)
      if (!beacon) continue
      const announcement = await announceBeacon(beacon, { port: this.#options.port, at, shown })
      if (this.#isClosed) return
      const names = this.#namesOf(beacon)
      for (const { method, address, socket } of this.#lines)
        socket.send(method === "dns-sd" ? encodeService(announcement, names, address) : encodeDatagram(announcement))
    }
  }

  /** New names with each slot of each room. */
  #namesOf({ tag, slot }: RoomBeacon): ServiceNames {
    const key = `${slot} ${Buffer.from(tag).toString("base64url")}`
    const known = this.#names.get(key)
    if (known) return known
    for (const other of this.#names.keys()) if (!other.startsWith(`${slot} `)) this.#names.delete(other)
    const names = { instance: randomUUID(), host: randomUUID() }
    this.#names.set(key, names)
    return names
  }

  #fail(error: unknown): void {
    if (!this.#isClosed) this.#options.onError?.(error)
  }
}
