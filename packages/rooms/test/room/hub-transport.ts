import { FrameQueue } from "../../src/client/frame-queue.ts"
import type { SignalTransport } from "../../src/client/signal-transport.ts"
import { RoomsError } from "../../src/errors.ts"
import type { Hub } from "../../src/hub/hub.ts"
import { readClientMessage, type ClientMessage } from "../../src/wire/client-message.ts"
import { readHubMessage, type HubMessage } from "../../src/wire/hub-message.ts"

/** What stands between one client and the hub, and may lie to both. */
export interface Tap {
  /** What the client gets instead. */
  toClient?: (message: HubMessage) => readonly HubMessage[]
  /** What the hub gets instead. */
  toHub?: (message: ClientMessage) => readonly ClientMessage[]
}

/** A hub in the same process, over frames of text, with all that goes by recorded. */
export class HubTransport implements SignalTransport {
  readonly frames: string[] = []
  tap: Tap = {}
  /** No new connection comes about. */
  isCut = false
  /** Another one, where the first was started anew. */
  hub: Hub
  readonly #open = new Set<{ drop(): void; inject(message: HubMessage): void }>()

  constructor(hub: Hub) {
    this.hub = hub
  }

  /** Cuts every connection, as a network does. */
  drop(): void {
    for (const connection of [...this.#open]) connection.drop()
  }

  /** Says something to the client that the hub never said. */
  inject(message: HubMessage): void {
    for (const connection of this.#open) connection.inject(message)
  }

  async connect({ signal }: { readonly signal: AbortSignal }) {
    signal.throwIfAborted()
    if (this.isCut) throw new RoomsError("ROOMS_UNREACHABLE", "Cannot reach hub: the line is cut")
    const messages = new FrameQueue()
    let isOver = false
    const inject = (message: HubMessage): void => {
      messages.push(JSON.stringify(message))
    }
    const inlet = this.hub.connect({
      send: (text) => {
        this.frames.push(text)
        const message = readHubMessage(text)
        if (!message) throw new Error(`The hub said what it may not: ${text}`)
        for (const shown of this.tap.toClient?.(message) ?? [message]) inject(shown)
      },
      close: () => end(),
      bufferedBytes: 0,
    })
    const end = (): void => {
      if (isOver) return
      isOver = true
      this.#open.delete(connection)
      messages.end()
      void inlet.closed()
    }
    const connection = { drop: end, inject }
    this.#open.add(connection)
    return {
      messages,
      close: end,
      send: (text: string): void => {
        if (isOver) return
        this.frames.push(text)
        const message = readClientMessage(text)
        if (!message) throw new Error(`The client said what it may not: ${text}`)
        for (const said of this.tap.toHub?.(message) ?? [message]) void inlet.receive(JSON.stringify(said))
      },
    }
  }
}
