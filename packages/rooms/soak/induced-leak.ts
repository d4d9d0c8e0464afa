import { createRoom, joinRoom, webSocketTransport, type Room } from "@darkslide/rooms"
import { Call } from "../src/media/call.ts"
import { joinCall } from "../src/media/join-call.ts"
import { MediaWorker } from "../src/media/media-worker-host.ts"
import { entriesOf, numberIn } from "../src/media/statistics.ts"

/** Frames that left as they were, until somebody noticed. */
export interface Leak {
  /** From the moment before the first was seen to have left, in milliseconds; or what happened instead. */
  readonly stopped: number | "nothing left in clear" | "nobody noticed" | "more left afterwards"
  readonly frames: number
}

const patienceMs = 10_000
/** How often the browser is asked what it sent, and how old its answers can be. */
const askEveryMs = 10
const answerAgeMs = 50

let gathered: Promise<readonly [Room, Room]> | undefined

async function gather(): Promise<readonly [Room, Room]> {
  const transport = webSocketTransport(`${location.origin.replace(/^http/u, "ws")}/rooms`)
  const { room } = await createRoom({ transport, name: "Ann", door: "open" })
  return [room, await joinRoom({ transport, name: "Bo", entry: { invite: room.invite } })]
}

/** A call in a browser that does not bring its first stream to the worker, as one does that takes a transform too late. */
export async function induceLeak(track: MediaStreamTrack): Promise<Leak> {
  const [ann, bo] = await (gathered ??= gather())
  const attach = MediaWorker.prototype.attach
  MediaWorker.prototype.attach = function (this: MediaWorker, end, direction, leafIndex) {
    if (direction === "open") return attach.call(this, end, direction, leafIndex)
    MediaWorker.prototype.attach = attach
    return { id: 1_000_000, live: Promise.resolve() }
  }
  const sending = await joinCall(ann, { stream: new MediaStream([track]), statisticsMs: 0 })
  const stopped = stopOf(sending)
  const watching = await joinCall(bo, { statisticsMs: 0 })
  try {
    return await measure(sending, stopped)
  } finally {
    MediaWorker.prototype.attach = attach
    await sending.leave()
    await watching.leave()
  }
}

/** When the watchdog says that it cut our stream off. */
async function stopOf(call: Call): Promise<number> {
  for await (const event of call.events())
    if (event.type === "leak_prevented" && event.way === "out") return performance.now()
  return Number.NaN
}

async function measure(call: Call, stopped: Promise<number>): Promise<Leak> {
  let end: number | undefined
  void stopped.then((at) => (end = at))
  const deadline = performance.now() + patienceMs
  let leaking: { readonly since: number; readonly stream: string } | undefined
  for (let askedAt = performance.now(); end === undefined && performance.now() < deadline;) {
    const askedBefore = askedAt
    askedAt = performance.now()
    const first = (await sentBy(call)).find(({ frames }) => frames > 0)
    if (first) leaking ??= { since: askedBefore - answerAgeMs, stream: first.id }
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
  }
  if (!leaking) return { stopped: "nothing left in clear", frames: 0 }
  // What follows on another stream is sealed; of this one nothing may come any more.
  const { since, stream } = leaking
  const framesOf = async (): Promise<number> => (await sentBy(call)).find(({ id }) => id === stream)?.frames ?? 0
  await new Promise((resolve) => setTimeout(resolve, 2 * answerAgeMs))
  const frames = await framesOf()
  await new Promise((resolve) => setTimeout(resolve, 200))
  const later = await framesOf()
  const outcome = end === undefined ? "nobody noticed" : later > frames ? "more left afterwards" : end - since
  return { stopped: outcome, frames: later }
}

async function sentBy(call: Call): Promise<{ id: string; frames: number }[]> {
  const link = Call.pathOf(call).people[0]?.link
  if (!link) return []
  return entriesOf(await link.connection.getStats())
    .filter(({ type }) => type === "outbound-rtp")
    .map((entry) => ({ id: entry.id, frames: numberIn(entry, "framesSent") ?? 0 }))
}
