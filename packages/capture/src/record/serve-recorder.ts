import { RingRecorder } from "./ring-recorder.ts"
import type { ToWorker } from "./recorder-messages.ts"

/**
 * Makes the worker that it is called in a recorder's: for a worker script of your own, where a policy or a bundler wants
 * one. See `RecorderOptions.createWorker`. Call it once, before anything that waits.
 */
export function serveRecorder(): void {
  let recorder: RingRecorder | undefined
  let running = Promise.resolve()
  addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    switch (data.type) {
      case "start":
        recorder = new RingRecorder(data, (message, transfer = []) => postMessage(message, { transfer }))
        // Loaded while there is still a network: a recording must not fail at its end.
        running = Promise.all([recorder.run(), import("./mux.ts")]).then(
          () => undefined,
          (error: unknown) => recorder?.fail(error),
        )
        break
      case "record":
        recorder?.record(data)
        break
      case "stop":
        void recorder?.stop(data.id).catch((error: unknown) => recorder?.fail(error))
        break
      case "discard":
        recorder?.discard(data.id)
        break
      case "close":
        recorder?.close()
        void running.then(() => close())
        break
    }
  })
}
