import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { MediaAccess, Photo } from "@darkslide/capture"
import { memoryQueue, type QueueStore } from "@darkslide/capture/queue"
import { stretchPassword } from "@darkslide/crypto"
import { readConfiguration, startServer, type RunningServer } from "@darkslide/demo-server"
import { pino } from "pino"
import { BrowserMemory, type KeyValueStore } from "../../src/account/browser-memory.ts"
import { HttpAccount } from "../../src/account/http-account.ts"
import { Api } from "../../src/http/api.ts"
import { DeviceSequence } from "../../src/library/device-sequence.ts"
import { CaptureUploads } from "../../src/queue/capture-uploads.ts"
import { HttpLibrary } from "../../src/library/http-library.ts"
import { clipAddress, type ClipKey } from "../../src/playback/clip-messages.ts"

/** Changes what the server answered, or leaves it. */
export type Tamper = (
  request: { readonly method: string; readonly path: string },
  answer: Response,
) => Promise<Response> | Response

/** A browser's client, without its pages: the real services over the real server. */
export interface Client {
  readonly api: Api
  readonly account: HttpAccount
  readonly library: HttpLibrary
  readonly uploads: CaptureUploads
  /** Has the uploads keep to the account, as the app does. */
  follow(): { stop(): Promise<void> }
  readonly store: Map<string, unknown>
  /** From now on, between this client and the server. */
  tamper: Tamper
  /** What was given to the player, by capture id. */
  readonly played: Map<string, ClipKey>
}

export interface TestServer extends AsyncDisposable {
  readonly folder: string
  /** Where it stands now. */
  readonly url: string
  /** A client of its own; with `store`, the same browser again. */
  client(store?: Map<string, unknown>): Client
  /** Stops, lets `change` at the data folder, and starts again. */
  restart(change: () => Promise<void>): Promise<void>
}

export async function startTestServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-client-"))
  const configuration = readConfiguration({ DARKSLIDE_DATA: folder, DARKSLIDE_PORT: "0" })
  const log = pino({ level: "silent" })
  let server: RunningServer = await startServer(configuration, log)
  return {
    folder,
    get url() {
      return server.url
    },
    client: (store = new Map()) => newClient(() => server.url, store),
    async restart(change) {
      await server.stop()
      await change()
      server = await startServer(configuration, log)
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function photoOf(seed: number, size = 150_000): Photo {
  const bytes = new Uint8Array(size).map((_, i) => (i * seed + (i >> 8)) & 0xff)
  const blob = new Blob([bytes], { type: "image/jpeg" })
  return { blob, width: 640, height: 480, source: "photo", sourceType: "image/jpeg", takenAt: 1_790_000_000_000 + seed }
}

export async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}

export function newClient(origin: () => string, store: Map<string, unknown>): Client {
  const client = {
    store,
    tamper: ((_, answer) => answer) as Tamper,
    played: new Map<string, ClipKey>(),
  }
  const player = {
    async open(access: MediaAccess, { headers }: { readonly headers: Readonly<Record<string, string>> }) {
      client.played.set(access.captureId, { access, headers })
      return { url: clipAddress(access.captureId), close: () => void client.played.delete(access.captureId) }
    },
  }
  const api = new Api({
    base: new URL(origin()),
    async fetch(input, init) {
      const path = new URL(String(input)).pathname
      // The server may stand on another port after a restart.
      const url = new URL(`${path}${new URL(String(input)).search}`, origin())
      return await client.tamper({ method: init?.method ?? "GET", path }, await fetch(url, init))
    },
  })
  const memory = new BrowserMemory(storeOf(store))
  const browser = browsers.get(store) ?? { id: crypto.randomUUID(), queues: new Map<string, QueueStore>() }
  browsers.set(store, browser)
  const account = new HttpAccount({
    api,
    memory,
    stretch: stretchPassword,
    deviceName: "test",
    now: Date.now,
    transport: "bearer",
  })
  const sequence = new DeviceSequence({ memory, locks: navigator.locks })
  const uploads = new CaptureUploads({ api, account, sequence, placeOf: (accountId) => placeIn(browser, accountId) })
  // Node has no canvas: any small JPEG-like bytes will do as a thumbnail.
  const thumbnailOf = async (picture: Blob) => picture.slice(0, 4000)
  const library = new HttpLibrary({ api, account, memory, player, uploads, thumbnailOf })
  return Object.assign(client, { api, account, library, uploads, follow: () => follow(uploads) })
}

function follow(uploads: CaptureUploads): { stop(): Promise<void> } {
  const controller = new AbortController()
  const following = uploads.follow(controller.signal)
  return {
    async stop() {
      controller.abort()
      await following
    },
  }
}

/** One process plays several browsers: each has its queues, and its own names for their locks. */
interface TestBrowser {
  readonly id: string
  readonly queues: Map<string, QueueStore>
}

/** By what a browser remembers, so that its later lives find them again. */
const browsers = new WeakMap<Map<string, unknown>, TestBrowser>()

function placeIn({ id, queues }: TestBrowser, accountId: string): { name: string; store: QueueStore } {
  const store = queues.get(accountId) ?? memoryQueue()
  queues.set(accountId, store)
  return { name: `${id}/${accountId}`, store }
}

export function storeOf(map: Map<string, unknown>): KeyValueStore {
  return {
    get: async (key) => structuredClone(map.get(key)),
    set: async (key, value) => void map.set(key, structuredClone(value)),
    delete: async (key) => void map.delete(key),
  }
}
