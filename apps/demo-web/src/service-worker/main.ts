import { toBrowserNotification } from "@darkslide/alerts/service-worker"
import { clipIn, type ClipKey, type ToPage, type ToServiceWorker } from "../playback/clip-messages.ts"
import { AppShell, type ShellFiles } from "./app-shell.ts"
import { ClipServer } from "./clip-server.ts"
import { sendWaiting } from "./upload-sync.ts"

/** Written in by the build: see vite.config.ts. */
declare const builtShell: ShellFiles

/** The part of Service Workers (W3C) that is used here; the DOM's types know only the page's side. */
interface ServiceWorkerScope {
  readonly clients: {
    claim(): Promise<void>
    openWindow(url: string): Promise<unknown>
    get(id: string): Promise<{ postMessage(message: ToPage, transfer?: Transferable[]): void } | undefined>
  }
  readonly registration: ServiceWorkerRegistration
  skipWaiting(): Promise<void>
  addEventListener(type: "install" | "activate", listener: (event: LifetimeEvent) => void): void
  addEventListener(type: "message", listener: (event: MessageEvent<ToServiceWorker>) => void): void
  addEventListener(type: "sync", listener: (event: SyncEvent) => void): void
  addEventListener(type: "push", listener: (event: PushEvent) => void): void
  addEventListener(type: "notificationclick", listener: (event: NotificationClick) => void): void
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void
}

interface LifetimeEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

/** Background Sync (WICG). */
interface SyncEvent extends LifetimeEvent {
  readonly tag: string
}

/** Push API (W3C). */
interface PushEvent extends LifetimeEvent {
  readonly data: { text(): string } | null
}

interface NotificationClick extends LifetimeEvent {
  readonly notification: Notification
}

interface FetchEvent extends LifetimeEvent {
  readonly request: Request
  readonly clientId: string
  respondWith(answer: Promise<Response>): void
}

/** A page that does not answer has gone. */
const answerMs = 5000

const scope = globalThis as unknown as ServiceWorkerScope
const server = new ClipServer({
  base: new URL("/", location.href),
  fetch: (input, init) => fetch(input, init),
  askForKey,
  refuse: (pageId, captureId, code) => void tell(pageId, { type: "clip-refused", captureId, code }),
})

const shell = new AppShell(builtShell)

scope.addEventListener("install", (event) => event.waitUntil(shell.install().then(() => scope.skipWaiting())))
scope.addEventListener("activate", (event) => event.waitUntil(shell.activate().then(() => scope.clients.claim())))
scope.addEventListener("sync", (event) => {
  if (event.tag === "uploads") event.waitUntil(sendWaiting())
})
scope.addEventListener("push", (event) => {
  const shown = toBrowserNotification(event.data?.text() ?? "")
  if (shown) event.waitUntil(scope.registration.showNotification(shown.title, shown.options))
})
scope.addEventListener("notificationclick", (event) => {
  event.notification.close()
  // Only to this app, whatever the server wrote.
  event.waitUntil(scope.clients.openWindow("/alerts"))
})
scope.addEventListener("message", ({ data }) => {
  if (data.type === "forget-clips") server.forget()
})
scope.addEventListener("fetch", (event) => {
  const captureId = clipIn(new URL(event.request.url))
  const answer =
    captureId === undefined ? shell.respond(event.request) : server.respond(event.request, event.clientId, captureId)
  if (answer) event.respondWith(answer)
})

async function askForKey(pageId: string, captureId: string): Promise<ClipKey | undefined> {
  const { port1, port2 } = new MessageChannel()
  const answer = Promise.withResolvers<ClipKey | undefined>()
  port1.onmessage = ({ data }: MessageEvent<ClipKey | null>) => answer.resolve(data ?? undefined)
  const limit = setTimeout(() => answer.resolve(undefined), answerMs)
  try {
    if (!(await tell(pageId, { type: "clip-key-wanted", captureId }, [port2]))) return undefined
    return await answer.promise
  } finally {
    clearTimeout(limit)
    port1.close()
  }
}

/** @returns whether the page is still there. */
async function tell(pageId: string, message: ToPage, transfer: Transferable[] = []): Promise<boolean> {
  const page = await scope.clients.get(pageId)
  page?.postMessage(message, transfer)
  return page !== undefined
}
