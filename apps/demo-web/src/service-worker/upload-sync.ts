import { createUploadQueue } from "@darkslide/capture/queue"
import { BrowserMemory } from "../account/browser-memory.ts"
import { indexedDbStore } from "../account/indexed-db-store.ts"
import { Api } from "../http/api.ts"
import { DeviceSequence } from "../library/device-sequence.ts"
import { indexedDbPlace, queueChunkBytes } from "../queue/queue-place.ts"
import { commitQueued } from "../queue/queued-capture.ts"

/**
 * Sends what waits in this browser after its pages are closed: sealed before, so no key is needed. Rejects while
 * something must wait, so that the browser calls again.
 */
export async function sendWaiting(): Promise<void> {
  const memory = new BrowserMemory(indexedDbStore())
  const visitor = await memory.visitor()
  if (visitor === undefined) return
  const api = new Api({ base: new URL("/", location.href), fetch: (input, init) => fetch(input, init) })
  const sequence = new DeviceSequence({ memory, locks: navigator.locks })
  await using queue = createUploadQueue<never>({
    ...indexedDbPlace(visitor.accountId),
    endpoint: new URL("/v1/uploads", api.base),
    fetch: api.fetch,
    chunkBytes: queueChunkBytes,
    seal: async () => {
      throw new TypeError("nothing is sealed here")
    },
    finish: (item, tools) => commitQueued(item, tools, { api, sequence }),
  })
  await queue.flush()
}
