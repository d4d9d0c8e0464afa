import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { maxUnitBytes, readUnitRequest, type UnitRequest } from "../forwarding/unit-request.ts"
import type { Hub } from "../hub/hub.ts"
import { TokenBucket } from "../hub/token-bucket.ts"
import { Feed, type ForwardedPacket } from "./feed.ts"
import { readSections } from "./feed-sections.ts"
import { defaultForwarderLimits, type ForwarderLimits } from "./forwarder-limits.ts"
import type { UnitNetwork } from "./unit-connection.ts"
import { Watch } from "./watch.ts"

export interface ForwarderOptions extends UnitNetwork {
  /** Knows who is in a room. */
  readonly hub: Pick<Hub, "visitor">
  readonly limits?: Partial<ForwarderLimits> | undefined
  /** Shown every packet, as the unit sees it: for who wants to see what that is. */
  readonly onPacket?: ((packet: ForwardedPacket) => void) | undefined
  /** Told what failed inside; the request that met it is answered 500. Default: it is thrown away. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Passes on the sealed streams of calls, without keys. */
export interface Forwarder extends AsyncDisposable {
  /** Answers a request of somebody in this room, as docs/formats/forwarding.md says. Never rejects. */
  handle(room: string, request: Request): Promise<Response>
}

/** Somebody of a room, and what they have here. */
interface Guest {
  readonly room: string
  readonly pass: string
  readonly bucket: TokenBucket
  feed: Feed | undefined
  readonly watches: Map<string, Watch>
}

const sweepEveryMs = 500

/**
 * A forwarding unit within a process of Node, on werift: for rooms of up to eight. It does not adapt to bandwidth.
 *
 * @example
 * ```ts no-run
 * import { createHub, memoryLog } from "@darkslide/rooms/server"
 * import { createForwarder } from "@darkslide/rooms/werift"
 *
 * const hub = createHub({ log: memoryLog() })
 * const forwarder = createForwarder({ hub })
 * // With Hono: app.post("/v1/rooms/:room/forwarding", (c) => forwarder.handle(c.req.param("room"), c.req.raw))
 * ```
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  return new WeriftForwarder(options)
}

class WeriftForwarder implements Forwarder {
  readonly #options: ForwarderOptions
  readonly #limits: ForwarderLimits
  readonly #guests = new Map<string, Guest>()
  readonly #sweeping: ReturnType<typeof setInterval>

  constructor(options: ForwarderOptions) {
    this.#options = options
    this.#limits = { ...defaultForwarderLimits, ...options.limits }
    this.#sweeping = setInterval(() => this.#sweep(), sweepEveryMs)
    this.#sweeping.unref()
  }

  async handle(room: string, request: Request): Promise<Response> {
    try {
      return await this.#answer(room, request)
    } catch (error) {
      this.#options.onError?.(error)
      return refusal(500)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeping)
    await Promise.all([...this.#guests.keys()].map((key) => this.#forget(key)))
  }

  async #answer(room: string, request: Request): Promise<Response> {
    const pass = /^Bearer (\S+)$/u.exec(request.headers.get("authorization") ?? "")?.[1] ?? ""
    const visitor = this.#options.hub.visitor(room, pass)
    if (!visitor) return refusal(401)
    if (visitor.watches) return refusal(403)
    const guest = this.#admit(`${room} ${visitor.number}`, room, pass)
    if (!guest) return refusal(429)
    const wait = guest.bucket.take(1, performance.now())
    if (wait > 0) return refusal(429, { "Retry-After": String(Math.ceil(wait / 1000)) })
    const text = await readBounded(request)
    if (text === undefined) return refusal(413)
    const asked = readUnitRequest(text)
    return asked ? await this.#do(guest, asked) : refusal(400)
  }

  async #do(guest: Guest, asked: UnitRequest): Promise<Response> {
    switch (asked.t) {
      case "publish":
        return await this.#publish(guest, asked.sdp)
      case "watch":
        return await this.#watch(guest, asked.feed)
      case "answer": {
        const watch = guest.watches.get(asked.watch)
        if (!watch) return refusal(404)
        if (watch.connection.signalingState !== "have-local-offer") return refusal(409)
        return (await isTaken(watch.accept(asked.sdp))) ? done() : refusal(422)
      }
      case "unwatch":
        await this.#unwatch(guest, asked.watch)
        return done()
      case "leave":
        await this.#forget(keyOf(this.#guests, guest) ?? "")
        return done()
    }
  }

  async #publish(guest: Guest, offered: string): Promise<Response> {
    const sections = readSections(offered)
    if (!sections) return refusal(422)
    if (this.#isFull) return refusal(429)
    const { onPacket } = this.#options
    const before = guest.feed
    const feed = new Feed({ id: newId(), sections, network: this.#options, onPacket })
    guest.feed = feed
    this.#expect(feed.connection, () => {
      if (guest.feed === feed) guest.feed = undefined
      return this.#endFeed(feed)
    })
    if (before) await this.#endFeed(before)
    let sdp = ""
    if (!(await isTaken(feed.accept(offered).then((answer) => void (sdp = answer))))) {
      await feed.close()
      if (guest.feed === feed) guest.feed = undefined
      return refusal(422)
    }
    if (this.#isHere(guest)) return json({ feed: feed.id, sdp })
    await feed.close()
    return refusal(401)
  }

  async #watch(guest: Guest, id: string): Promise<Response> {
    const feed = [...this.#guests.values()].find((one) => one.room === guest.room && one.feed?.id === id)?.feed
    if (!feed || feed === guest.feed) return refusal(404)
    if (this.#isFull) return refusal(429)
    // One for each feed: another takes the place of the one before.
    for (const one of [...guest.watches.values()]) if (one.feed === feed) await this.#unwatch(guest, one.id)
    const watch = new Watch({ id: newId(), feed, network: this.#options })
    guest.watches.set(watch.id, watch)
    this.#expect(watch.connection, () => this.#unwatch(guest, watch.id))
    const offer = await watch.offer()
    if (this.#isHere(guest)) return json({ watch: watch.id, ...offer })
    await watch.close()
    return refusal(401)
  }

  /** Ends what does not connect in time, or is no more connected. */
  #expect(connection: Feed["connection"], end: () => Promise<void>): void {
    const give = (): void => void end().catch((error: unknown) => this.#options.onError?.(error))
    const timer = setTimeout(() => {
      if (connection.connectionState !== "connected") give()
    }, this.#limits.connectMs)
    timer.unref()
    connection.connectionStateChange.subscribe((state) => {
      if (state === "failed" || state === "closed") clearTimeout(timer)
      if (state === "failed") give()
    })
  }

  async #unwatch(guest: Guest, id: string): Promise<void> {
    const watch = guest.watches.get(id)
    guest.watches.delete(id)
    await watch?.close()
  }

  async #endFeed(feed: Feed): Promise<void> {
    await feed.close()
    for (const guest of this.#guests.values())
      for (const watch of [...guest.watches.values()]) if (watch.feed === feed) await this.#unwatch(guest, watch.id)
  }

  #admit(key: string, room: string, pass: string): Guest | undefined {
    const known = this.#guests.get(key)
    if (known) return known
    const others = [...this.#guests.values()].filter((one) => one.room === room).length
    if (others >= this.#limits.people) return undefined
    const { requestsPerSecond: perSecond, requestsAtOnce: burst } = this.#limits
    const bucket = new TokenBucket({ perSecond, burst, now: performance.now() })
    const guest: Guest = { room, pass, bucket, feed: undefined, watches: new Map() }
    this.#guests.set(key, guest)
    return guest
  }

  /** Whether somebody has not been forgotten meanwhile, with all that they had. */
  #isHere(guest: Guest): boolean {
    return keyOf(this.#guests, guest) !== undefined
  }

  get #isFull(): boolean {
    let count = 0
    for (const { feed, watches } of this.#guests.values()) count += watches.size + (feed ? 1 : 0)
    return count >= this.#limits.connections
  }

  /** Who is no more in the room gets nothing more, and sends nothing more. */
  #sweep(): void {
    for (const [key, { room, pass }] of this.#guests)
      if (!this.#options.hub.visitor(room, pass))
        this.#forget(key).catch((error: unknown) => this.#options.onError?.(error))
  }

  async #forget(key: string): Promise<void> {
    const guest = this.#guests.get(key)
    if (!guest) return
    this.#guests.delete(key)
    for (const id of [...guest.watches.keys()]) await this.#unwatch(guest, id)
    if (guest.feed) await this.#endFeed(guest.feed)
  }
}

function keyOf(guests: ReadonlyMap<string, Guest>, guest: Guest): string | undefined {
  for (const [key, one] of guests) if (one === guest) return key
  return undefined
}

/** 128 bits: who does not know it finds nothing. */
function newId(): string {
  return toBase64Url(randomBytes(16))
}

/** Whether werift takes a description. What it throws for one that it does not take has no type of its own. */
async function isTaken(taking: Promise<void>): Promise<boolean> {
  try {
    await taking
    return true
  } catch {
    // The client is told that its description is not taken.
    return false
  }
}

async function readBounded(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > maxUnitBytes) return undefined
  const decoder = new TextDecoder()
  let text = ""
  let length = 0
  for await (const piece of request.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>()) {
    length += piece.length
    if (length > maxUnitBytes) return undefined
    text += decoder.decode(piece, { stream: true })
  }
  return text
}

function json(body: object): Response {
  return Response.json(body, { headers: { "Cache-Control": "no-store" } })
}

function done(): Response {
  return new Response(null, { status: 204 })
}

function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers })
}
