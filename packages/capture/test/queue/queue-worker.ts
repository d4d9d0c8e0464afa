import { createUploadQueue, indexedDbQueue } from "@darkslide/capture/queue"

// The service worker of the stories: as the guide shows it.

/** The parts of a service worker's scope that are used here: the DOM's types know none of them. */
interface WorkerScope {
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  addEventListener(type: "install" | "activate" | "sync", listener: (event: WorkerEvent) => void): void
}

interface WorkerEvent {
  readonly tag?: string
  waitUntil(work: Promise<unknown>): void
}

const scope = globalThis as object as WorkerScope

const queue = createUploadQueue({
  store: indexedDbQueue("sync"),
  name: "sync",
  endpoint: new URL("/uploads", location.href),
  seal: () => Promise.reject(new TypeError("Cannot seal: a service worker has no camera")),
})

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener("sync", (event) => {
  if (event.tag === "uploads") event.waitUntil(queue.flush())
})
