import { fromBase64Url } from "@darkslide/crypto"
import { HubSession } from "../client/hub-session.ts"
import type { ConnectionState } from "../client/hub-session.ts"
import type { SignalTransport } from "../client/signal-transport.ts"
import { systemClock, type Clock } from "../clock.ts"
import { RoomsError } from "../errors.ts"
import { maxItemBytes, type StoredItem } from "../items/item-store.ts"
import { tapSigner, type Tap } from "../link/tap-link.ts"
import { EventFeed } from "../room/event-feed.ts"
import type { HubMessage } from "../wire/hub-message.ts"
import type { ItemTransport } from "./item-transport.ts"

/** What somebody sees who has the server's view, and no key. */
export type WireEvent =
  /** A message of the room, as the hub stores and forwards it. */
  | { readonly type: "message"; readonly seq: number; readonly from: number; readonly bytes: Uint8Array }
  /** An item, as the server keeps it. */
  | { readonly type: "stored"; readonly item: StoredItem; readonly bytes: Uint8Array }
  /** An item is there no more. */
  | { readonly type: "removed"; readonly id: string }
  /** Numbers of the connections that are in the room. */
  | { readonly type: "people"; readonly present: readonly number[] }
  | ({ readonly type: "connection" } & ConnectionState)
  | { readonly type: "closed"; readonly error?: RoomsError | undefined }

export interface InterceptOptions {
  readonly transport: SignalTransport
  readonly tap: Tap
  /** The room's items, for the pass that the hub gives. */
  readonly items: (pass: string) => ItemTransport
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Listens at the hub: gets the bytes that the server has, and nothing else. Others are not told, as they are not told what
 * the server looks at. What it fetches does not count as a read.
 * @throws RoomsError `ROOMS_LINK_WRONG`, `ROOMS_LINK_REVOKED`, `ROOMS_NOT_FOUND`, `ROOMS_UNREACHABLE`, …; the signal's reason.
 */
export async function intercept(options: InterceptOptions): Promise<Interception> {
  const { transport, tap, signal = new AbortController().signal } = options
  const admission = tapSigner(tap)
  const session = await HubSession.join({
    transport,
    roomId: tap.roomId,
    admission,
    admits: false,
    watches: true,
    signal,
  })
  return new Interception(session, options)
}

/** See {@link intercept}. */
export class Interception implements Disposable {
  readonly #session: HubSession
  readonly #items: ItemTransport
  readonly #clock: Clock
  readonly #feed = new EventFeed<WireEvent>("closed")
  readonly #stored = new Map<string, { readonly item: StoredItem; readonly bytes: Uint8Array }>()
  readonly #over = new AbortController()
  #present: Set<number>
  #looking: Promise<void> = Promise.resolve()

  /** @internal Made by `intercept`. */
  constructor(session: HubSession, options: InterceptOptions) {
    this.#session = session
    this.#items = options.items(session.joined.token)
    this.#clock = options.clock ?? systemClock
    this.#present = new Set(session.joined.present)
    session.run({
      onMessage: (message) => this.#handle(message),
      onState: (state) => this.#feed.emit({ type: "connection", ...state }),
      onEnd: (error) => this.#end(error),
    })
    this.#look()
  }

  /** What the server has of the room now, and what happens from this call on; `closed` last. */
  async *events(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<WireEvent, void> {
    const following = this.#feed.read(options.signal)
    yield { type: "people", present: [...this.#present] }
    for (const stored of this.#stored.values()) yield { type: "stored", ...stored }
    yield* following
  }

  close(): void {
    this.#session.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #end(error: unknown): void {
    this.#over.abort(error)
    const reason = error instanceof RoomsError && error.code !== "ROOMS_CLOSED" ? error : undefined
    this.#feed.emit({ type: "closed", ...(reason && { error: reason }) })
  }

  #handle(message: HubMessage): void {
    if (message.t === "message") {
      const { seq, from, body } = message
      this.#feed.emit({ type: "message", seq, from, bytes: fromBase64Url(body) })
      // An item is stored before it is announced, and removed before that is told.
      this.#look()
    } else if (message.t === "people") {
      const { joined = [], left = [], present = [...this.#present, ...joined] } = message
      this.#present = new Set(present.filter((number) => !left.includes(number)))
      this.#feed.emit({ type: "people", present: [...this.#present] })
    } else if (message.t === "resumed") {
      this.#present = new Set(message.present)
      this.#look()
    }
  }

  /** Compares what the server lists with what was there, one look after the other. */
  #look(): void {
    this.#looking = this.#looking.then(() => this.#lookNow()).catch((error: unknown) => this.#onFailure(error))
  }

  async #lookNow(): Promise<void> {
    const { signal } = this.#over
    if (signal.aborted) return
    const listed = await this.#items.list({ signal })
    const ids = new Set(listed.map(({ id }) => id))
    for (const id of this.#stored.keys()) {
      if (ids.has(id)) continue
      this.#stored.delete(id)
      this.#feed.emit({ type: "removed", id })
    }
    for (const item of listed) {
      if (this.#stored.has(item.id)) continue
      const fetched = await this.#items.get(item.id, { maxBytes: maxItemBytes, signal })
      if (!fetched) continue
      const stored = { item, bytes: fetched.sealed }
      this.#stored.set(item.id, stored)
      this.#feed.emit({ type: "stored", ...stored })
      this.#clock.sleep(Math.max(0, item.expiresAt - this.#clock.now()), signal).then(
        () => this.#look(),
        // It is over: nobody looks any more.
        () => undefined,
      )
    }
  }

  /** What the server does not give now it may give at the next look. */
  #onFailure(error: unknown): void {
    if (!this.#over.signal.aborted && !(error instanceof RoomsError)) this.#end(error)
  }
}
