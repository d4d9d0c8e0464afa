import {
  listCameras,
  openCamera,
  takeBurst,
  takePhoto,
  takePhotoAfter,
  watchCameras,
  watchMotion,
  watchPicture,
} from "@darkslide/capture"
import { connectImages } from "@darkslide/metadata/images"
import type { AccountService } from "./account/account-service.ts"
import { BrowserMemory } from "./account/browser-memory.ts"
import { HttpAccount } from "./account/http-account.ts"
import { BrowserCalls } from "./call/browser-calls.ts"
import type { CallsService } from "./call/calls-service.ts"
import { indexedDbStore } from "./account/indexed-db-store.ts"
import { stretchInWorker } from "./account/stretch-in-worker.ts"
import { picturesOver, type Pictures } from "./files/pictures.ts"
import { FileUploads } from "./files/file-uploads.ts"
import type { FilesService } from "./files/files-service.ts"
import { AccountHistory } from "./history/account-history.ts"
import type { HistoryService } from "./history/history-service.ts"
import { historyInWorker } from "./history/start-in-worker.ts"
import type { CameraService } from "./camera/camera-service.ts"
import { HttpAlerts } from "./alerts/http-alerts.ts"
import type { AlertsService } from "./alerts/alerts-service.ts"
import { subscribeToPushes } from "./alerts/subscribe-to-pushes.ts"
import { deviceNameOf } from "./device-name.ts"
import { Api } from "./http/api.ts"
import { DeviceSequence } from "./library/device-sequence.ts"
import { CaptureUploads } from "./queue/capture-uploads.ts"
import { indexedDbPlace } from "./queue/queue-place.ts"
import type { UploadsService } from "./queue/uploads-service.ts"
import { webSocketTransport } from "@darkslide/rooms"
import { httpItems } from "@darkslide/rooms/channels"
import { httpNearby } from "./rooms/http-nearby.ts"
import { HubRooms } from "./rooms/hub-rooms.ts"
import { AccountBooks } from "./rooms/room-book.ts"
import type { RoomsService } from "./rooms/rooms-service.ts"
import { HttpLibrary } from "./library/http-library.ts"
import type { LibraryService } from "./library/library-service.ts"
import { BrowserSentinel } from "./sentinel/browser-sentinel.ts"
import { cameraIsGranted, takeIntruderPhoto } from "./sentinel/intruder-photo.ts"
import { SentinelMemory } from "./sentinel/sentinel-memory.ts"
import type { SentinelService } from "./sentinel/sentinel-service.ts"
import { ClipPlayer } from "./playback/clip-player.ts"
import { trustedScript } from "./trusted-script.ts"

/** Everything that the pages get from outside. Only this file builds adapters. */
export interface Services {
  readonly account: AccountService
  readonly library: LibraryService
  readonly uploads: UploadsService
  readonly cameras: CameraService
  readonly files: FilesService
  readonly history: HistoryService
  readonly pictures: Pictures
  readonly alerts: AlertsService
  readonly sentinel: SentinelService
  readonly rooms: RoomsService
  readonly calls: CallsService
}

/** The services of the real app: the server that delivered this page, and the device's own cameras. */
export function createServices(): Services {
  const api = new Api({ base: new URL("/", location.href), fetch: (input, init) => fetch(input, init) })
  const store = indexedDbStore()
  const memory = new BrowserMemory(store)
  const deviceName = deviceNameOf(navigator.userAgent)
  const account = new HttpAccount({
    ...{ api, memory, stretch: stretchInWorker, deviceName, now: Date.now },
    onLogin: (outcome) => void (outcome === "failed" ? sentinel.loginFailed() : sentinel.loginPassed()),
  })
  const sequence = new DeviceSequence({ memory, locks: navigator.locks })
  const uploads = new CaptureUploads({ api, account, sequence, placeOf: indexedDbPlace, registerSync })
  void uploads.follow(new AbortController().signal)
  // Without https there are no service workers: clips are fetched whole then.
  const player = "serviceWorker" in navigator ? new ClipPlayer(navigator.serviceWorker) : undefined
  if (player) {
    void forgetWhenLocked(account, player)
    // The app keeps itself for times without a network. In development it changes too often for that.
    if (import.meta.env.PROD) void player.start()
  }
  const library = new HttpLibrary({ api, account, memory, player, uploads })
  const cameras: CameraService = {
    list: listCameras,
    watch: watchCameras,
    open: openCamera,
    takePhoto,
    takePhotoAfter,
    takeBurst,
    watchPicture,
    async record(camera, options) {
      const { createRecorder } = await import("@darkslide/capture/record")
      return await createRecorder(camera, { ...options, createWorker: () => startWorker("record") })
    },
    watchMotion: ({ stream }, options) => watchMotion(stream, { ...options, worker: () => startWorker("motion") }),
  }
  const { locks } = navigator
  const alerts = new HttpAlerts({ api, account, subscribe: player && subscribeToPushes })
  const sentinel: SentinelService = new BrowserSentinel({
    ...{ api, account, sequence, locks, deviceName, cameraIsGranted },
    memory: new SentinelMemory(store),
    takePhoto: () => takeIntruderPhoto(cameras),
  })
  const history = new AccountHistory({ account, start: historyInWorker(api) })
  void history.follow(new AbortController().signal)
  const pictures = picturesOver(() => connectImages(new Worker(trustedScript("pictures"), { type: "module" })))
  const files = new FileUploads({ library, history, pictures, now: Date.now })
  const rooms = new HubRooms({
    page: window,
    transport: (via) => webSocketTransport(Object.assign(roomsUrl("/hub", via), { protocol: hubProtocol() })),
    items: (roomId, pass, via) => httpItems({ url: roomsUrl(`/rooms/${roomId}/items`, via), pass }),
    nearby: httpNearby(api),
    books: new AccountBooks({ account, memory }),
    now: Date.now,
  })
  const calls = new BrowserCalls({ api, createWorker: () => startWorker("media") })
  return { account, library, uploads, cameras, files, history, pictures, alerts, sentinel, rooms, calls }
}

/** At this page's server, or through it at a neighbour's. */
function roomsUrl(path: string, via: string | undefined): URL {
  return new URL(`/v1${via === undefined ? "" : `/nearby/${encodeURIComponent(via)}`}${path}`, location.href)
}

function hubProtocol(): string {
  return location.protocol === "https:" ? "wss:" : "ws:"
}

/** Background Sync (WICG), which the DOM's types do not know. */
interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> }
}

async function registerSync(): Promise<void> {
  const registration: SyncRegistration = await navigator.serviceWorker.ready
  await registration.sync?.register("uploads")
}

function startWorker(name: "record" | "motion" | "media"): Worker {
  return new Worker(trustedScript(name), { type: "module" })
}

/** For as long as the page lives. */
async function forgetWhenLocked(account: AccountService, player: ClipPlayer): Promise<void> {
  const { signal } = new AbortController()
  for await (const { status } of account.statuses({ signal })) if (status !== "unlocked") player.forget()
}
