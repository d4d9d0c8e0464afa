import type { Stretch } from "@darkslide/crypto"
import workerUrl from "./stretch-worker.ts?worker&url"

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** Trusted Types want a policy to make a worker from an address; this one lets a single address through. */
const createWorkerUrl = (() => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const rules = {
    createScriptURL(url: string): string {
      if (url !== workerUrl) throw new TypeError("not this app's worker")
      return url
    },
  }
  return trustedTypes?.createPolicy("darkslide-worker", rules) ?? rules
})()

/** Stretches a password in a worker of its own, which is gone afterwards with all that it held. */
export const stretchInWorker: Stretch = async (input) => {
  const worker = new Worker(createWorkerUrl.createScriptURL(workerUrl), { type: "module" })
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
