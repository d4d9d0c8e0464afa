import { RingRecorder } from "./ring-recorder.ts"
import type { ToWorker } from "./recorder-messages.ts"

// Runs in a worker of its own, so that nothing that the page does costs a frame.
let recorder: RingRecorder | undefined

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "start":
      recorder = new RingRecorder(data, (message, transfer = []) => postMessage(message, { transfer }))
      // Loaded while there is still a network: a recording must not fail at its end.
      void Promise.all([import("./mux.ts"), recorder.run()]).catch((error: unknown) => recorder?.fail(error))
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
      void recorder?.close().then(() => close())
      break
  }
})
