// [Note: Three ways to a camera's frames]
// Each browser gives frames elsewhere, so a source is opened on the page and read where the work is done, in a worker:
// `stream`: MediaStreamTrackProcessor on the page, whose readable is transferred (Chromium).
// `track`: the track itself is transferred, and the processor is made in the worker (Safari).
// `port`: a hidden video's frames are posted one by one (everything else). It stands still while the page is hidden.
// A source ends by `stop()`, and the worker reads to the end. Cancelling there instead would lose the frames that are on
// their way, and a frame that nobody closes keeps one of the camera's few buffers until it is collected.

import { followTrack, watchTrackEnd } from "./track-end.ts"

/** Which way was taken. See [Note: Three ways to a camera's frames]. */
export type FrameSourceKind = FrameHandle["kind"]

/** What is posted to a worker, with {@link FrameSource.transfer}, for `readFrames` to read. */
export type FrameHandle =
  | { readonly kind: "stream"; readonly readable: ReadableStream<VideoFrame>; readonly arrived: MessagePort }
  | {
      readonly kind: "track"
      readonly track: MediaStreamTrack
      readonly stopped: MessagePort
      readonly waiting: number
    }
  | { readonly kind: "port"; readonly port: MessagePort }

export interface FrameSource {
  readonly handle: FrameHandle
  readonly transfer: Transferable[]
  /** Ends the frames: the worker's stream is done once those on their way are read. */
  stop(): void
}

/** Media Capture Transform (W3C): not in every browser's types, nor in every browser. */
export interface TrackProcessorScope {
  readonly MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => {
    readonly readable: ReadableStream<VideoFrame>
  }
}

/** How long a worker may take to start and receive a stream. */
const mostMoveMs = 2000

/**
 * Opens the frames of a live video track for a worker. The track stays its owner's; when it ends, the frames do.
 * @param options.kind - Forces one way; by default the best that the browser has.
 * @param options.waiting - Frames that may wait for a worker that is busy (default 5). More would keep the camera's own
 * buffers from it.
 */
export function openFrameSource(
  track: MediaStreamTrack,
  options: { readonly kind?: FrameSourceKind | undefined; readonly waiting?: number | undefined } = {},
): FrameSource {
  const { MediaStreamTrackProcessor: Processor } = globalThis as TrackProcessorScope
  const { kind = "stream", waiting = 5 } = options
  if (Processor && kind === "stream") {
    const { track: own, stop } = followTrack(track)
    return streamSource(new Processor({ track: own, maxBufferSize: waiting }).readable, stop)
  }
  const moved = kind === "port" ? undefined : transferableClone(track)
  return moved ? trackSource(track, moved, waiting) : videoSource(track, waiting)
}

function streamSource(readable: ReadableStream<VideoFrame>, stop: () => void): FrameSource {
  const { port1, port2 } = new MessageChannel()
  const moved = new Promise<void>((resolve) => {
    port1.onmessage = () => {
      port1.postMessage("moved")
      resolve()
    }
  })
  const handle: FrameHandle = { kind: "stream", readable, arrived: port2 }
  const stopOnceMoved = () => {
    // A stream that ends while it is being transferred never ends where it arrives (Chromium 156).
    void moved.then(stop)
    // It may be that nobody is there to receive it.
    setTimeout(stop, mostMoveMs)
  }
  return { handle, transfer: [readable, port2], stop: stopOnceMoved }
}

function trackSource(track: MediaStreamTrack, moved: MediaStreamTrack, waiting: number): FrameSource {
  // The worker has a clone, which would outlive its original and keep the camera's light on.
  const { port1, port2 } = new MessageChannel()
  const stop = () => {
    unwatch()
    port1.postMessage("stop")
  }
  const unwatch = watchTrackEnd(track, stop)
  const handle: FrameHandle = { kind: "track", track: moved, stopped: port2, waiting }
  return { handle, transfer: [moved as MediaStreamTrack & Transferable, port2], stop }
}

/** A clone that can be transferred, or `undefined` where tracks cannot. */
function transferableClone(track: MediaStreamTrack): MediaStreamTrack | undefined {
  const probe = track.clone() as MediaStreamTrack & Transferable
  const { port1 } = new MessageChannel()
  try {
    port1.postMessage(probe, [probe])
    return track.clone()
  } catch (error) {
    // What cannot be transferred throws before anything is: that is the answer.
    if (error instanceof DOMException || error instanceof TypeError) return undefined
    throw error
  } finally {
    probe.stop()
    port1.close()
  }
}

function videoSource(track: MediaStreamTrack, waiting: number): FrameSource {
  const { port1, port2 } = new MessageChannel()
  const video = document.createElement("video")
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([track])
  let onTheirWay = 0
  let next = 0
  port1.onmessage = () => onTheirWay--
  const give = (now: number) => {
    next = video.requestVideoFrameCallback(give)
    if (onTheirWay >= waiting) return
    const frame = new VideoFrame(video, { timestamp: Math.round(now * 1000) })
    onTheirWay++
    port1.postMessage(frame, [frame])
  }
  const stop = () => {
    unwatch()
    video.cancelVideoFrameCallback(next)
    video.srcObject = null
    port1.postMessage(null)
  }
  const unwatch = watchTrackEnd(track, stop)
  next = video.requestVideoFrameCallback(give)
  // Muted video may always play; where it does not, no frame comes, and whoever waits for the first one says so.
  void video.play().catch(() => undefined)
  return { handle: { kind: "port", port: port2 }, transfer: [port2], stop }
}
