import * as z from "zod/mini"
import { RoomsError } from "../errors.ts"

/** What Janus says: https://janus.conf.meetecho.com/docs/rest.html, of which only what is read here is named. */
export interface JanusMessage {
  readonly janus: string
  readonly transaction?: string | undefined
  readonly data?: { readonly id?: number | undefined } | undefined
  readonly plugindata?: { readonly data?: Readonly<Record<string, unknown>> | undefined } | undefined
  readonly jsep?: { readonly type: string; readonly sdp: string } | undefined
}

const schema: z.ZodMiniType<JanusMessage> = z.looseObject({
  janus: z.string(),
  transaction: z.optional(z.string()),
  data: z.optional(z.looseObject({ id: z.optional(z.number()) })),
  plugindata: z.optional(z.looseObject({ data: z.optional(z.record(z.string(), z.unknown())) })),
  jsep: z.optional(z.looseObject({ type: z.string(), sdp: z.string() })),
})

/** What Janus is asked; the rest is of each kind. */
interface JanusRequest extends Readonly<Record<string, unknown>> {
  readonly janus: string
}

const keepAliveMs = 25_000
const answerWithinMs = 10_000
/** Of one session to one Janus, as it closes a connection on purpose. */
const normalClosure = 1000

/** One session over a WebSocket of Janus. */
export class JanusLine {
  readonly #socket: WebSocket
  readonly #waiting = new Map<string, { resolve(message: JanusMessage): void; isEvent: boolean }>()
  readonly #ended = new AbortController()
  readonly #keepingAlive: ReturnType<typeof setInterval>
  #session: number | undefined
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(data)
    socket.onclose = () => this.#end()
    this.#keepingAlive = setInterval(() => this.#say({ janus: "keepalive", transaction: "" }), keepAliveMs)
  }

  /** @throws RoomsError `ROOMS_UNREACHABLE`; the signal's reason. */
  static async open(url: string, signal: AbortSignal): Promise<JanusLine> {
    signal.throwIfAborted()
    const socket = new WebSocket(url, "janus-protocol")
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)])
    const onAbort = (): void => reject(signal.aborted ? (signal.reason as Error) : unreachable("it says nothing"))
    limit.addEventListener("abort", onAbort)
    socket.onopen = () => resolve()
    socket.onerror = () => reject(unreachable("no connection"))
    try {
      await promise
      const line = new JanusLine(socket)
      line.#session = (await line.ask({ janus: "create" }, signal)).data?.id
      return line
    } catch (error) {
      socket.close()
      throw error
    } finally {
      limit.removeEventListener("abort", onAbort)
    }
  }

  /** A handle of its own at the plugin for rooms. */
  async attach(signal: AbortSignal): Promise<number> {
    const { data } = await this.ask({ janus: "attach", plugin: "janus.plugin.videoroom" }, signal)
    if (data?.id === undefined) throw unreachable("it gave no handle")
    return data.id
  }

  /** Asks the plugin, and waits for what it says, not for Janus having heard it. */
  async tell(
    handle: number,
    body: object,
    signal: AbortSignal,
    jsep?: RTCSessionDescriptionInit,
  ): Promise<JanusMessage> {
    const request = { janus: "message", handle_id: handle, body, ...(jsep && { jsep: { ...jsep, e2ee: true } }) }
    const answer = await this.ask(request, signal, true)
    const code = answer.plugindata?.data?.["error_code"]
    if (code === undefined) return answer
    throw new RoomsError("ROOMS_FORBIDDEN", `Cannot use Janus: its room answers ${String(code)}`)
  }

  /** @throws RoomsError `ROOMS_UNREACHABLE`; the signal's reason. */
  async ask(request: JanusRequest, signal: AbortSignal, isEvent = false): Promise<JanusMessage> {
    const transaction = String(++this.#last)
    const { promise, resolve, reject } = Promise.withResolvers<JanusMessage>()
    const limit = AbortSignal.any([signal, this.#ended.signal, AbortSignal.timeout(answerWithinMs)])
    const onAbort = (): void => reject(signal.aborted ? (signal.reason as Error) : unreachable("no answer"))
    limit.addEventListener("abort", onAbort)
    this.#waiting.set(transaction, { resolve, isEvent })
    try {
      if (limit.aborted) onAbort()
      else this.#say({ ...request, transaction })
      const answer = await promise
      if (answer.janus === "error") throw unreachable(`it refuses to ${request.janus}`)
      return answer
    } finally {
      this.#waiting.delete(transaction)
      limit.removeEventListener("abort", onAbort)
    }
  }

  /** Says that no addresses follow: Janus answers where packets come from. */
  endCandidates(handle: number): void {
    this.#say({ janus: "trickle", handle_id: handle, transaction: "", candidate: { completed: true } })
  }

  /** Gives a handle back. */
  detach(handle: number): void {
    this.#say({ janus: "detach", handle_id: handle, transaction: "" })
  }

  close(): void {
    this.#say({ janus: "destroy", transaction: "" })
    this.#socket.close(normalClosure)
    this.#end()
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  #say(request: object): void {
    const session = this.#session === undefined ? {} : { session_id: this.#session }
    if (this.isOpen) this.#socket.send(JSON.stringify({ ...request, ...session }))
  }

  #hear(data: unknown): void {
    const said = readMessage(data)
    const waiting = this.#waiting.get(said?.transaction ?? "")
    if (!said || !waiting || (waiting.isEvent && said.janus === "ack")) return
    waiting.resolve(said)
  }

  #end(): void {
    clearInterval(this.#keepingAlive)
    this.#ended.abort()
  }
}

/** `undefined` for what is not of the protocol: nobody waits for it. */
function readMessage(data: unknown): JanusMessage | undefined {
  try {
    return z.safeParse(schema, JSON.parse(String(data))).data
  } catch {
    // Not JSON.
    return undefined
  }
}

function unreachable(why: string): RoomsError {
  return new RoomsError("ROOMS_UNREACHABLE", `Cannot reach Janus: ${why}`)
}
