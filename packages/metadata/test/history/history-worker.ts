// A worker as an application would write it, but for its store.
import { memorySegments, serveHistory, type MessagePortLike, type SegmentStore } from "@darkslide/metadata/history"

const stores = new Map<string, SegmentStore>()

export function serveMemoryHistory(scope: MessagePortLike): void {
  serveHistory(scope, {
    store: (settings) => {
      const { name } = settings as { name: string }
      const store = stores.get(name) ?? memorySegments()
      stores.set(name, store)
      return store
    },
  })
}

if ("WorkerGlobalScope" in globalThis) serveMemoryHistory(globalThis)
