import type { Stretch } from "@darkslide/crypto"
import { trustedScript } from "../trusted-script.ts"

/** Stretches a password in a worker of its own, which is gone afterwards with all that it held. */
export const stretchInWorker: Stretch = async (input) => {
  const worker = new Worker(trustedScript("stretch"), { type: "module" })
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Uint8Array>) => resolve(event.data)
      worker.onerror = (event) => reject(new Error(`Cannot stretch password: ${event.message}`))
      worker.postMessage(input)
    })
  } finally {
    worker.terminate()
  }
}
