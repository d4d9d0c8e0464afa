import { Worker } from "node:worker_threads"
import type { Facts } from "./truth.ts"

/** A peer in a thread. What takes more than two seconds or more than 512 MiB counts as nothing read. */
export class Peer implements AsyncDisposable {
  readonly name: "exifr" | "ExifReader"
  #worker: Worker | undefined

  constructor(name: "exifr" | "ExifReader") {
    this.name = name
  }

  async read(bytes: Uint8Array): Promise<Facts> {
    const worker = (this.#worker ??= new Worker(new URL("peer-worker.ts", import.meta.url), {
      workerData: this.name,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    }))
    const { promise, resolve } = Promise.withResolvers<Facts | undefined>()
    const timer = setTimeout(resolve, 2000, undefined)
    worker.once("message", resolve)
    worker.once("error", () => resolve(undefined))
    worker.postMessage(bytes)
    const facts = await promise
    clearTimeout(timer)
    worker.removeAllListeners("message").removeAllListeners("error")
    if (facts !== undefined) return facts
    this.#worker = undefined
    // What it dies of is known by now.
    worker.on("error", () => undefined)
    await worker.terminate()
    return {}
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
  }
}
