import type { FrameHandle, TrackProcessorScope } from "./frame-source.ts"

/**
 * The frames of a handle that `openFrameSource` made, where it was posted to. Whoever reads a frame closes it, and reads
 * until the source's `stop()` ends it. See [Note: Three ways to a camera's frames].
 */
export async function readFrames(handle: FrameHandle): Promise<ReadableStream<VideoFrame>> {
  switch (handle.kind) {
    case "stream":
      await hasMoved(handle.arrived)
      return handle.readable
    case "track":
      return framesOfTrack(handle)
    case "port":
      return framesOfPort(handle.port)
  }
}

/**
 * Chromium hands the camera's queue over to this thread. A frame that is asked for before that is done goes through the
 * page, which keeps a copy that nobody closes.
 */
async function hasMoved(port: MessagePort): Promise<void> {
  await new Promise((resolve) => {
    port.onmessage = resolve
    port.postMessage("arrived")
  })
  port.close()
}

function framesOfTrack(handle: Extract<FrameHandle, { kind: "track" }>): ReadableStream<VideoFrame> {
  const { track, stopped, waiting } = handle
  const { MediaStreamTrackProcessor: Processor } = globalThis as TrackProcessorScope
  if (!Processor) throw new TypeError("this worker has no MediaStreamTrackProcessor")
  stopped.onmessage = () => track.stop()
  return new Processor({ track, maxBufferSize: waiting }).readable
}

function framesOfPort(port: MessagePort): ReadableStream<VideoFrame> {
  return new ReadableStream<VideoFrame>({
    start(controller) {
      port.onmessage = ({ data: frame }: MessageEvent<VideoFrame | null>) => {
        if (frame) return controller.enqueue(frame)
        controller.close()
        port.close()
      }
    },
    // Each frame that was read makes room for another.
    pull: () => port.postMessage("read"),
  })
}
