import { RoomsError } from "../errors.ts"
import type { CallRoom } from "./call-room.ts"
import type { CallVia } from "./call-path.ts"
import { Call } from "./call.ts"
import { defaultCodecs, type VideoCodec } from "./codec-choice.ts"
import { MediaWorker } from "./media-worker-host.ts"
import { Mesh } from "./mesh.ts"

export interface CallOptions {
  /** What to send from the start: its first picture as the camera, its first sound as the microphone. */
  readonly stream?: MediaStream | undefined
  /** STUN and TURN servers. Without any, people find each other in one network only. */
  readonly iceServers?: readonly RTCIceServer[] | undefined
  /** `relay`: through a TURN server alone, so that the others do not learn one's address. Default: the best way. */
  readonly route?: "any" | "relay" | undefined
  /**
   * The way that streams take, such as `forwardingUnit` of `@darkslide/rooms/forwarding`: the same for everybody in the call.
   * Default: a mesh, in which everybody sends to everybody.
   */
  readonly via?: CallVia | undefined
  /** In the order of preference. Default: VP8, VP9, H264, AV1. */
  readonly codecs?: readonly VideoCodec[] | undefined
  /** Between `statistics` events, in milliseconds; 0: none. Default 2,000. */
  readonly statisticsMs?: number | undefined
  /** Default: the package's own, as a module worker. See `serveMediaWorker` of `/media/worker`. */
  readonly createWorker?: (() => Worker) | undefined
  /** Ends waiting, and the call. */
  readonly signal?: AbortSignal | undefined
}

/** Calls of one room that were begun in this visit: each counts its frames anew, so each takes other key ids. */
const calls = new WeakMap<CallRoom, number>()

/**
 * Joins the call of a room, or begins it. Whoever is in the room may; nobody else can see or hear any of it, the hub and
 * relays included.
 * @throws RoomsError `ROOMS_MEDIA_UNSUPPORTED`, `ROOMS_INSECURE_CONTEXT`, `ROOMS_FORBIDDEN` for a stream that our role may not
 * send, `ROOMS_CLOSED`; the signal's reason.
 *
 * @example
 * ```ts no-run
 * import { joinRoom, parseInvite, takeInvite, webSocketTransport } from "@darkslide/rooms"
 * import { joinCall } from "@darkslide/rooms/media"
 *
 * const transport = webSocketTransport("wss://hub.example/rooms")
 * const room = await joinRoom({ transport, name: "Bo", entry: { invite: parseInvite(takeInvite(window) ?? "") } })
 * const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
 * const call = await joinCall(room, { stream })
 * for await (const event of call.events()) {
 *   if (event.type !== "stream" || event.source !== "camera") continue
 *   const video = document.body.appendChild(document.createElement("video"))
 *   video.autoplay = true
 *   video.srcObject = event.stream
 * }
 * ```
 */
export async function joinCall(room: CallRoom, options: CallOptions = {}): Promise<Call> {
  const { iceServers = [], route = "any", codecs = defaultCodecs, statisticsMs = 2000, signal, stream } = options
  if (route === "relay" && iceServers.length === 0) throw new RangeError("a relayed call needs iceServers")
  const context = calls.get(room) ?? 0
  calls.set(room, context + 1)
  const early: Parameters<Call["onNews"]>[0][] = []
  let call: Call | undefined
  const worker = await MediaWorker.start({
    createWorker: options.createWorker ?? ownWorker,
    context,
    onNews: (news) => (call ? call.onNews(news) : early.push(news)),
    signal,
  })
  const configuration: RTCConfiguration = {
    iceServers: [...iceServers],
    iceTransportPolicy: route === "relay" ? "relay" : "all",
  }
  call = new Call({ room, worker, configuration, codecs, statisticsMs, via: options.via ?? mesh })
  for (const news of early) call.onNews(news)
  const leave = (): void => void call.leave()
  signal?.addEventListener("abort", leave)
  try {
    signal?.throwIfAborted()
    const [camera, microphone] = [stream?.getVideoTracks()[0], stream?.getAudioTracks()[0]]
    if (camera) await call.share("camera", camera)
    if (microphone) await call.share("microphone", microphone)
    await call.enter()
    return call
  } catch (error) {
    await call.leave()
    signal?.throwIfAborted()
    throw error instanceof RoomsError ? error : new RoomsError("ROOMS_CLOSED", "Cannot join call", { cause: error })
  }
}

const mesh: CallVia = (options) => new Mesh(options)

function ownWorker(): Worker {
  return new Worker(new URL("./media-worker.ts", import.meta.url), { type: "module" })
}
