import * as z from "zod/mini"
import { RoomsError, type RoomsErrorCode } from "../errors.ts"
import type { CallVia } from "../media/call-path.ts"
import { throughUnit } from "./forwarded-call.ts"
import type { ForwardingUnit } from "./forwarding-unit.ts"
import { maxUnitBytes, publishAnswer, watchAnswer, type UnitRequest } from "./unit-request.ts"

export interface HttpUnitOptions {
  /** Where the unit takes requests of this room, such as `https://example.org/v1/rooms/<room id>/forwarding`. */
  readonly url: string | URL
  /** What shows that we are in the room: `() => room.pass`. */
  readonly pass: () => string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch | undefined
}

const codes: Readonly<Record<number, RoomsErrorCode>> = {
  401: "ROOMS_FORBIDDEN",
  403: "ROOMS_FORBIDDEN",
  413: "ROOMS_LIMIT_EXCEEDED",
  422: "ROOMS_MEDIA_UNSUPPORTED",
  429: "ROOMS_LIMIT_EXCEEDED",
}

/** For how long a unit may think, in milliseconds. */
const answerWithinMs = 10_000

/**
 * Sends a call through the unit of a server: `joinCall(room, { via: forwardingUnit({ url, pass: () => room.pass }) })`. All who
 * are in the call take the same way. The unit has no keys: it sees who sends to whom, when and how much, and our address.
 */
export function forwardingUnit(options: HttpUnitOptions): CallVia {
  return throughUnit(httpUnit(options))
}

/**
 * A unit that is asked by HTTP, such as `createForwarder` of `@darkslide/rooms/werift` makes: docs/formats/forwarding.md.
 * Failures are RoomsError: `ROOMS_UNREACHABLE`, `ROOMS_FORBIDDEN`, `ROOMS_LIMIT_EXCEEDED`, `ROOMS_MEDIA_UNSUPPORTED`,
 * `ROOMS_MALFORMED` for an answer of another shape.
 */
function httpUnit({ url, pass, fetch = globalThis.fetch }: HttpUnitOptions): ForwardingUnit {
  async function ask(request: UnitRequest, signal: AbortSignal, keepalive = false): Promise<Response> {
    let response: Response
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { Authorization: `Bearer ${pass()}`, "Content-Type": "application/json" },
        body: JSON.stringify(request),
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
        cache: "no-store",
        redirect: "error",
        keepalive,
      })
    } catch (cause) {
      signal.throwIfAborted()
      throw new RoomsError("ROOMS_UNREACHABLE", "Cannot reach forwarding unit: no answer", { cause })
    }
    if (response.ok) return response
    await response.body?.cancel()
    const code = codes[response.status] ?? "ROOMS_UNREACHABLE"
    throw new RoomsError(code, `Cannot ${request.t} at forwarding unit: it answers ${response.status}`)
  }

  async function read<Answer>(response: Response, schema: z.ZodMiniType<Answer>): Promise<Answer> {
    const length = Number(response.headers.get("content-length") ?? maxUnitBytes)
    const text = length <= maxUnitBytes ? await response.text() : ""
    const { success, data, error } = z.safeParse(schema, parseJson(text))
    if (success) return data
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read forwarding unit: an answer of another shape", { cause: error })
  }

  return {
    async connect({ signal }) {
      signal.throwIfAborted()
      return {
        publish: async (sdp, options) => await read(await ask({ t: "publish", sdp }, options.signal), publishAnswer),
        watch: async (feed, options) => await read(await ask({ t: "watch", feed }, options.signal), watchAnswer),
        answer: async (watch, sdp, options) => void (await ask({ t: "answer", watch, sdp }, options.signal)),
        unwatch: async (watch, options) => void (await ask({ t: "unwatch", watch }, options.signal)),
        async leave() {
          try {
            await ask({ t: "leave" }, AbortSignal.timeout(answerWithinMs), true)
          } catch (error) {
            // The unit finds out by itself once we are no more in the room.
            if (!(error instanceof RoomsError)) throw error
          }
        },
      }
    },
  }
}

/** `undefined`, which no schema accepts, when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is one more way of having another shape.
    return undefined
  }
}
