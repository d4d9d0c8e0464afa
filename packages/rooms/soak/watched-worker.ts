// A call's worker that notes each frame on its way into the package's own, and out of it.
import { decodeSFrameHeader } from "@darkslide/crypto/sframe"
import { envelopes, frameCodecOf } from "../src/media/frame-codec.ts"
import type { EncodedFrame, FrameTransformer } from "../src/media/frame-pump.ts"
import { serveMediaWorker } from "../src/media/serve-media-worker.ts"
import type { FrameNote, WorkerNotes } from "./frame-notes.ts"

const keptSealed = 8
const notes: FrameNote[] = []
const sealed: Uint8Array<ArrayBuffer>[] = []

/** The sealed frame inside of its envelope, with who sealed it under what. */
function readSealed(
  frame: EncodedFrame,
): { keyId: bigint; sealedAs: string; bytes: Uint8Array<ArrayBuffer> } | undefined {
  const codec = frameCodecOf(frame.getMetadata().mimeType)
  const bytes = codec && envelopes[codec].unwrap(new Uint8Array(frame.data))?.slice()
  if (!bytes) return undefined
  const { keyId, counter } = decodeSFrameHeader(bytes)
  return { keyId, sealedAs: `${keyId} ${counter}`, bytes }
}

function watched(transformer: FrameTransformer): FrameTransformer {
  const { options } = transformer
  const { direction, leafIndex } = options
  const known = new WeakMap<EncodedFrame, FrameNote>()
  const before = new TransformStream<EncodedFrame, EncodedFrame>({
    transform(frame, controller) {
      const { rtpTimestamp = -1 } = frame.getMetadata() as { rtpTimestamp?: number }
      const read = direction === "open" ? readSealed(frame) : undefined
      const note: FrameNote = {
        direction,
        leafIndex,
        rtpTimestamp,
        at: performance.timeOrigin + performance.now(),
        sealedAs: read?.sealedAs,
        keyId: read?.keyId,
        hasPassed: false,
      }
      known.set(frame, note)
      notes.push(note)
      controller.enqueue(frame)
    },
  })
  const after = new TransformStream<EncodedFrame, EncodedFrame>({
    transform(frame, controller) {
      const note = known.get(frame)
      if (note) note.hasPassed = true
      const read = direction === "seal" ? readSealed(frame) : undefined
      if (note && read) {
        note.sealedAs = read.sealedAs
        note.keyId = read.keyId
        sealed.push(read.bytes)
        if (sealed.length > keptSealed) sealed.shift()
      }
      controller.enqueue(frame)
    },
  })
  // When the connection closes, the pipe ends; the package's own end of it hears of that too.
  after.readable.pipeTo(transformer.writable).catch(() => undefined)
  return {
    options,
    readable: transformer.readable.pipeThrough(before),
    writable: after.writable,
    generateKeyFrame: async () => await transformer.generateKeyFrame?.(),
    sendKeyFrameRequest: async () => await transformer.sendKeyFrameRequest?.(),
  }
}

addEventListener("rtctransform", (event) => {
  if (!event.isTrusted) return
  event.stopImmediatePropagation()
  const { transformer } = event as Event & { transformer: FrameTransformer }
  dispatchEvent(Object.assign(new Event("rtctransform"), { transformer: watched(transformer) }))
})

addEventListener("message", ({ data }: MessageEvent<{ type: string; port?: MessagePort }>) => {
  const { type, port } = data
  if (type !== "watch" || !port) return
  port.onmessage = ({ data: until }: MessageEvent<number>) => {
    const due = notes.filter(({ at }) => at <= until)
    notes.splice(0, notes.length, ...notes.filter(({ at }) => at > until))
    port.postMessage({ notes: due, sealed } satisfies WorkerNotes)
  }
})

serveMediaWorker()
