import type { FrameHandle, TrackProcessorScope } from "./frame-source.ts"

/**
 * The frames of a handle that `openFrameSource` made, where it was posted to. Whoever reads a frame closes it, and reads
 * until the source's `stop()` ends it. See [Note: Three ways to a camera's frames].
 */
export function readFrames(handle: FrameHandle): ReadableStream<VideoFrame> {
  switch (handle.kind) {
    case "stream":
      return handle.readable
    case "track":
      return framesOfTrack(handle)
    case "port":
      return framesOfPort(handle.port)
  }
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
