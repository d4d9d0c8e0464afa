import * as z from "zod/mini"
import { RoomsError } from "../errors.ts"
import type { CallVia } from "../media/call-path.ts"
import { throughUnit } from "./forwarded-call.ts"
import type { ForwardingUnit, UnitSession } from "./forwarding-unit.ts"
import { JanusLine, type JanusMessage } from "./janus-line.ts"

export interface JanusUnitOptions {
  /** Of Janus's WebSocket transport, such as `wss://janus.example.org`. */
  readonly url: string | URL
  /** A room of its videoroom plugin, for this call alone. */
  readonly room: number | string
  /** Of that room, if it has one. */
  readonly pin?: string | undefined
}

const joined = z.looseObject({ id: z.union([z.number(), z.string()]) })
const attached = z.looseObject({
  streams: z.array(z.looseObject({ mid: z.string(), feed_mid: z.optional(z.string()) })),
})

/**
 * Sends a call through the videoroom plugin of a Janus server. It has no keys: it sees who sends to whom, when and how much, and
 * our address. Whoever may join its room may fetch the sealed streams: give it a pin.
 */
export function janusUnit(options: JanusUnitOptions): CallVia {
  return throughUnit(unitOf(options))
}

function unitOf({ url, room, pin }: JanusUnitOptions): ForwardingUnit {
  const access = pin === undefined ? {} : { pin }
  return {
    async connect({ signal }) {
      let line = await JanusLine.open(String(url), signal)
      let own: number | undefined

      /** Of a line that is open: Janus forgets everything of one that was lost. */
      async function openLine(limit: AbortSignal): Promise<JanusLine> {
        if (!line.isOpen) [line, own] = [await JanusLine.open(String(url), limit), undefined]
        return line
      }

      const session: UnitSession = {
        async publish(sdp, options) {
          const open = await openLine(options.signal)
          if (own !== undefined) open.detach(own)
          const handle = await open.attach(options.signal)
          own = handle
          const request = { request: "join", ptype: "publisher", room, ...access }
          const { id } = dataOf(await open.tell(handle, request, options.signal), joined)
          const offer = { type: "offer", sdp } as const
          const { jsep } = await open.tell(handle, { request: "publish" }, options.signal, offer)
          open.endCandidates(handle)
          return { feed: typeof id === "number" ? String(id) : JSON.stringify(id), sdp: descriptionOf(jsep) }
        },
        async watch(feed, options) {
          const open = await openLine(options.signal)
          const handle = await open.attach(options.signal)
          const request = {
            request: "join",
            ptype: "subscriber",
            room,
            streams: [{ feed: JSON.parse(feed) as unknown }],
          }
          try {
            const answer = await open.tell(handle, { ...request, ...access }, options.signal)
            const { streams } = dataOf(answer, attached)
            const mids = Object.fromEntries(streams.map(({ mid, feed_mid: theirs = "" }) => [mid, theirs]))
            return { watch: String(handle), sdp: descriptionOf(answer.jsep), mids }
          } catch (error) {
            open.detach(handle)
            throw error
          }
        },
        async answer(watch, sdp, options) {
          const handle = Number(watch)
          await line.tell(handle, { request: "start" }, options.signal, { type: "answer", sdp })
          line.endCandidates(handle)
        },
        async unwatch(watch) {
          line.detach(Number(watch))
        },
        async leave() {
          line.close()
        },
      }
      return session
    },
  }
}

function dataOf<Data>({ plugindata }: JanusMessage, schema: z.ZodMiniType<Data>): Data {
  const { success, data, error } = z.safeParse(schema, plugindata?.data)
  if (success) return data
  throw new RoomsError("ROOMS_MALFORMED", "Cannot read Janus: an answer of another shape", { cause: error })
}

function descriptionOf(jsep: JanusMessage["jsep"]): string {
  if (jsep) return jsep.sdp
  throw new RoomsError("ROOMS_MEDIA_UNSUPPORTED", "Cannot use Janus: it describes nothing")
}
