import { sealCapture } from "@darkslide/capture"
import {
  createUploadQueue,
  indexedDbQueue,
  type QueueItem,
  type QueueStatus,
  type SealedUpload,
  type UploadQueue,
} from "@darkslide/capture/queue"
import {
  deviceIdOf,
  fromBase64Url,
  parseRecipient,
  seal,
  sha256,
  signerFromSeed,
  toBase64Url,
  type Recipient,
} from "@darkslide/crypto"

// The page that stories and the soak open in a real browser. What it offers is on `window.bench`.

/** Where a queue of the page sends to, and what it seals for. */
export interface PageQueueOptions {
  readonly name: string
  readonly endpoint: string
  readonly recipient: string
  readonly chunkBytes: number
  /** With an account: seals captures, and commits them at `/v1/captures`. */
  readonly account?: { readonly accountId: string; readonly seed: string; readonly token: string } | undefined
  /** Told of every item that is safe. */
  readonly committedAt?: string | undefined
  readonly maxUsage?: number | undefined
  readonly retryMaxMs?: number | undefined
  readonly syncTag?: string | undefined
  readonly token?: string | undefined
}

/** A picture to be made up in the page: random, around bytes that can be searched for. */
export interface PagePhoto {
  readonly bytes: number
  readonly marker: string
  readonly expiresAt?: number | undefined
}

export interface QueuePage {
  open(options: PageQueueOptions, run: boolean): void
  enqueue(name: string, photo: PagePhoto): Promise<string>
  items(name: string): Promise<readonly QueueItem[]>
  status(name: string): QueueStatus
  act(name: string, action: "pause" | "resume"): void
  retry(name: string, id: string): Promise<void>
  signIn(name: string, token: string): void
  /** What the queue told so far, states only. */
  told(name: string): readonly string[]
}

interface OpenQueue {
  readonly queue: UploadQueue<PagePhoto>
  readonly told: string[]
  token: string | undefined
}

const queues = new Map<string, OpenQueue>()

const page: QueuePage = {
  open(options, run) {
    const opened: OpenQueue = { queue: newPageQueue(options, () => opened.token), told: [], token: options.token }
    queues.set(options.name, opened)
    const { signal } = new AbortController()
    void follow(opened, signal)
    if (run) void opened.queue.run({ signal })
  },
  async enqueue(name, photo) {
    const { expiresAt } = photo
    const { id } = await queueOf(name).queue.enqueue(photo, { expiresAt })
    return id
  },
  items: (name) => queueOf(name).queue.items(),
  status: (name) => queueOf(name).queue.status,
  act(name, action) {
    queueOf(name).queue[action]()
  },
  retry: (name, id) => queueOf(name).queue.retry(id),
  signIn(name, token) {
    queueOf(name).token = token
    queueOf(name).queue.resume()
  },
  told: (name) => queueOf(name).told,
}

function queueOf(name: string): OpenQueue {
  const found = queues.get(name)
  if (!found) throw new Error(`No queue ${name}`)
  return found
}

async function follow({ queue, told }: OpenQueue, signal: AbortSignal): Promise<void> {
  for await (const event of queue.events({ signal })) {
    const word = event.type === "status" ? event.status.state : event.type === "item" ? event.item.state : "removed"
    if (told.at(-1) !== word) told.push(word)
  }
}

function newPageQueue(options: PageQueueOptions, token: () => string | undefined): UploadQueue<PagePhoto> {
  const { name, chunkBytes, account, committedAt, maxUsage, retryMaxMs = 200, syncTag } = options
  const recipient = parseRecipient(options.recipient)
  return createUploadQueue<PagePhoto>({
    store: watched(indexedDbQueue(name), committedAt),
    name,
    endpoint: new URL(options.endpoint, location.href),
    chunkBytes,
    maxUsage,
    retry: { baseMs: 20, maxMs: retryMaxMs },
    headers: () => (token() === undefined ? {} : { Authorization: `Bearer ${token()}` }),
    seal: (photo) => (account ? sealForAccount(photo, recipient, account) : sealPlainly(photo, recipient)),
    ...(account && { finish: commitCapture }),
    ...(syncTag !== undefined && { registerSync: () => registerSync(syncTag) }),
  })
}

/** Reports each item, with the hash of its sealed bytes, the moment that the store has called it safe. */
function watched(store: ReturnType<typeof indexedDbQueue>, committedAt: string | undefined): typeof store {
  if (committedAt === undefined) return store
  return {
    ...store,
    async add(item) {
      await store.add(item)
      const hash = toBase64Url(sha256(new Uint8Array(await new Blob([...item.chunks]).arrayBuffer())))
      void fetch(`${committedAt}?id=${item.row.id}&hash=${hash}`, { method: "POST" })
    },
  }
}

function pictureOf({ bytes, marker }: PagePhoto): Uint8Array {
  const picture = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(picture.subarray(at, at + 65_536))
  picture.set(fromBase64Url(marker), Math.floor(bytes / 2))
  return picture
}

async function sealPlainly(photo: PagePhoto, recipient: Recipient): Promise<SealedUpload> {
  return { id: crypto.randomUUID(), media: await seal(pictureOf(photo), { to: [recipient] }) }
}

let seq = Date.now()

async function sealForAccount(
  photo: PagePhoto,
  recipient: Recipient,
  { accountId, seed }: NonNullable<PageQueueOptions["account"]>,
): Promise<SealedUpload> {
  const signer = signerFromSeed(fromBase64Url(seed))
  const picture = pictureOf(photo)
  const {
    captureId,
    media,
    recordHash: _,
    ...parts
  } = await sealCapture(
    { media: picture, mediaType: "image/jpeg", kind: "photo", createdAt: 1, thumbnail: picture.slice(0, 2000) },
    {
      to: [recipient],
      owner: recipient,
      device: { accountId, deviceId: deviceIdOf(signer.publicKey), signer },
      position: { seq: seq++, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] },
    },
  )
  return { id: captureId, media, parts }
}

const commitCapture: NonNullable<Parameters<typeof createUploadQueue>[0]["finish"]> = async (item, tools) => {
  const texts = Object.entries(item.parts).map(([name, part]) => [
    name,
    part instanceof Uint8Array ? toBase64Url(part) : part,
  ])
  return await tools.fetch(`/v1/captures/${item.id}`, {
    method: "PUT",
    headers: { ...tools.headers, "Content-Type": "application/json" },
    body: JSON.stringify({ ...Object.fromEntries(texts), upload: item.upload.pathname.split("/").at(-1) }),
  })
}

interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync: { register(tag: string): Promise<void> }
}

async function registerSync(tag: string): Promise<void> {
  const registration = (await navigator.serviceWorker.ready) as SyncRegistration
  await registration.sync.register(tag)
}

declare global {
  interface Window {
    bench: QueuePage
  }
}

window.bench = page
