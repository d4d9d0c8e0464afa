import { randomBytes, toBase64Url } from "@darkslide/crypto"
import type { HubSession } from "../client/hub-session.ts"
import type { HubMessageOf } from "../wire/hub-message.ts"
import type { RoomEvents } from "./events.ts"
import { forked } from "./forked.ts"

/** What was said to all: the event `sent` tells of it. */
export interface OwnWords {
  readonly kind: string
  readonly value: unknown
}

/** What we posted, until it takes its place in the log: what the hub makes of it is compared. */
export class OwnPosts {
  readonly #session: HubSession
  readonly #events: RoomEvents
  readonly #bodies = new Map<string, string>()
  readonly #words = new Map<string, OwnWords>()

  constructor(session: HubSession, events: RoomEvents) {
    this.#session = session
    this.#events = events
  }

  /** Resolves once it is in the log. @throws RoomsError by the hub's refusal, `ROOMS_CLOSED` */
  async post(body: string, words?: OwnWords): Promise<void> {
    const id = toBase64Url(randomBytes(16))
    this.#bodies.set(id, body)
    if (words) this.#words.set(id, words)
    await this.#session.askAs(id, { t: "post", body })
  }

  /** @throws RoomsError `ROOMS_FORKED` */
  compare({ id, body }: HubMessageOf<"message">): void {
    const posted = this.#bodies.get(id)
    if (posted !== undefined && posted !== body) throw forked("the hub changed our words")
  }

  /** @returns whether this entry is one of ours; then it is no more waited for. */
  take(id: string): boolean {
    const words = this.#words.get(id)
    if (this.#words.delete(id) && words) this.#events.emit({ type: "sent", ...words })
    return this.#bodies.delete(id)
  }
}
