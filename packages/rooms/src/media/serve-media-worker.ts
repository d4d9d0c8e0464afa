import { FrameOpener } from "./frame-opener.ts"
import { FramePump, type FrameTransformer } from "./frame-pump.ts"
import { FrameSealer } from "./frame-sealer.ts"
import type { FromWorker, ToWorker } from "./worker-messages.ts"

/** How often the page compares what was sent with what came by here. */
const tickMs = 200

/**
 * Makes the worker that it is called in the one that seals and opens a call's frames: for a worker script of your own, where
 * a policy or a bundler wants one. See `CallOptions.createWorker`. Call it once, before anything that waits.
 */
export function serveMediaWorker(): void {
  const pumps = new Map<number, FramePump>()
  const opener = new FrameOpener((leafIndex) => tell({ type: "key_missing", leafIndex }))
  let sealer: FrameSealer | undefined
  let epochs = Promise.resolve()
  let wire = { everyMs: Number.POSITIVE_INFINITY, nextAt: 0 }

  function tell(message: FromWorker, transfer: Transferable[] = []): void {
    postMessage(message, { transfer })
  }

  async function setEpoch(key: Extract<ToWorker, { type: "epoch" }>): Promise<void> {
    opener.setEpoch(key)
    await sealer?.setEpoch(key)
    for (const pump of pumps.values()) pump.refresh()
    tell({ type: "sealing", epoch: key.epoch })
  }

  function handle(message: ToWorker): void {
    switch (message.type) {
      case "start":
        sealer = new FrameSealer(message.context)
        setInterval(() => tell({ type: "tick" }), tickMs)
        return tell({ type: "started" })
      case "epoch":
        epochs = epochs.then(() => setEpoch(message))
        return
      case "pause":
        return sealer?.pause()
      case "codecs": {
        const pump = pumps.get(message.pipe)
        if (pump) pump.codecs = message.codecs
        return
      }
      case "count":
        return tell({
          type: "counts",
          id: message.id,
          counts: new Map([...pumps].map(([pipe, pump]) => [pipe, pump.counts])),
        })
      case "forget":
        pumps.delete(message.pipe)
        return
      case "watch_wire":
        wire = { everyMs: 1000 / message.perSecond, nextAt: 0 }
    }
  }

  function carry(transformer: FrameTransformer): void {
    if (!sealer) throw new Error("Cannot carry frames: not started")
    const { pipe, direction } = transformer.options
    const pump = new FramePump(
      transformer,
      { sealer, opener },
      {
        onUnknownCodec: (mimeType) => tell({ type: "unknown_codec", pipe, mimeType }),
        onWire(bytes, isKey) {
          const now = performance.now()
          if (wire.everyMs === Number.POSITIVE_INFINITY || now < wire.nextAt) return
          wire.nextAt = now + wire.everyMs
          const copy = bytes.slice()
          tell({ type: "wire", pipe, isKey, bytes: copy }, [copy.buffer])
        },
      },
    )
    pumps.set(pipe, pump)
    pump.run().catch((error: unknown) => tell({ type: "pipe_ended", pipe, message: `${direction}: ${String(error)}` }))
    tell({ type: "live", pipe })
  }

  addEventListener("message", ({ data }: MessageEvent<ToWorker>) => handle(data))
  addEventListener("rtctransform", (event) => carry((event as Event & { transformer: FrameTransformer }).transformer))
}
