import { RoomsError } from "../errors.ts"
import type { ClientMessage } from "../wire/client-message.ts"
import { readHubMessage, type HubMessage, type HubMessageOf } from "../wire/hub-message.ts"
import { refusalError } from "./refusal-error.ts"
import type { SignalConnection, SignalTransport } from "./signal-transport.ts"

/** One connection to the hub, with messages read and checked. */
export class HubLine {
  readonly #connection: SignalConnection
  readonly #frames: AsyncIterator<string>
  #nonce = ""

  private constructor(connection: SignalConnection) {
    this.#connection = connection
    this.#frames = connection.messages[Symbol.asyncIterator]()
  }

  /**
   * Connects, and waits for the hub's greeting.
   * @throws RoomsError `ROOMS_UNREACHABLE`, `ROOMS_MALFORMED`; the signal's reason.
   */
  static async open(transport: SignalTransport, signal: AbortSignal): Promise<HubLine> {
    signal.throwIfAborted()
    let connection: SignalConnection
    try {
      connection = await transport.connect({ signal })
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof RoomsError) throw cause
      throw new RoomsError("ROOMS_UNREACHABLE", "Cannot reach hub: no connection", { cause })
    }
    const line = new HubLine(connection)
    const onAbort = (): void => connection.close()
    signal.addEventListener("abort", onAbort, { once: true })
    try {
      const { nonce } = await line.expect(["hello"], "greet hub")
      line.#nonce = nonce
      signal.throwIfAborted()
      return line
    } catch (error) {
      connection.close()
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener("abort", onAbort)
    }
  }

  /** The hub's greeting: what we prove is bound to it. */
  get nonce(): string {
    return this.#nonce
  }

  say(message: ClientMessage): void {
    this.#connection.send(JSON.stringify(message))
  }

  close(): void {
    this.#connection.close()
  }

  /** The next message; `undefined` at the end. @throws RoomsError `ROOMS_MALFORMED` for what is none. */
  async next(): Promise<HubMessage | undefined> {
    const frame = await this.#frames.next()
    if (frame.done === true) return undefined
    const message = readHubMessage(frame.value)
    if (message === undefined) throw new RoomsError("ROOMS_MALFORMED", "Cannot read hub: it says what it may not")
    return message
  }

  /** The next message, which must be of these kinds. @throws RoomsError by what the hub says instead. */
  async expect<Kind extends HubMessage["t"]>(kinds: readonly Kind[], what: string): Promise<HubMessageOf<Kind>> {
    const message = await this.next()
    if (message === undefined) throw new RoomsError("ROOMS_UNREACHABLE", `Cannot ${what}: the connection ended`)
    if (message.t === "error") throw refusalError(what, message.code, message.retryAfterMs)
    if (message.t === "refused") throw refusalError(what, message.code, message.retryAfterMs)
    if (!isOf(message, kinds)) throw new RoomsError("ROOMS_MALFORMED", `Cannot ${what}: the hub says ${message.t}`)
    return message
  }
}

function isOf<Kind extends HubMessage["t"]>(
  message: HubMessage,
  kinds: readonly Kind[],
): message is HubMessageOf<Kind> {
  return (kinds as readonly string[]).includes(message.t)
}
