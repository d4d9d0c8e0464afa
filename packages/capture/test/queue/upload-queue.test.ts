import { randomBytes } from "node:crypto"
import {
  createUploadQueue,
  memoryQueue,
  type QueueEvent,
  type QueueItem,
  type QueueStore,
  type UploadQueue,
  type UploadQueueOptions,
} from "@darkslide/capture/queue"
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest"
import { startTusBench, type TusBench } from "./tus-bench.ts"

interface Photo {
  readonly id: string
  readonly bytes: Uint8Array
}

let bench: TusBench
let store: QueueStore
let name: string

beforeEach(async () => {
  bench = await startTusBench()
  store = memoryQueue()
  name = randomBytes(6).toString("hex")
})

afterEach(async () => await bench[Symbol.asyncDispose]())

const photo = (id: string, size = 250_000): Photo => ({ id, bytes: new Uint8Array(randomBytes(size)) })

/** A tab's queue over the store of this test. */
function newQueue(options: Partial<UploadQueueOptions<Photo>> = {}): UploadQueue<Photo> {
  const queue = createUploadQueue<Photo>({
    store,
    name,
    seal: async ({ id, bytes }) => ({ id, media: bytes, parts: { note: `of ${id}` } }),
    endpoint: bench.endpoint,
    chunkBytes: 100_000,
    retry: { baseMs: 1, maxMs: 5 },
    ...options,
  })
  onTestFinished(() => queue.close())
  return queue
}

/** Runs until `enough` says so of an event. */
async function until(queue: UploadQueue<Photo>, enough: (event: QueueEvent) => boolean): Promise<QueueEvent[]> {
  const seen: QueueEvent[] = []
  const signal = AbortSignal.timeout(15_000)
  for await (const event of queue.events({ signal })) {
    seen.push(event)
    if (enough(event)) return seen
  }
  throw new Error(`Never came: ${JSON.stringify(seen)}`)
}

const patches = () => bench.requests.filter((request) => request.startsWith("PATCH")).length

const isItem = (state: QueueItem["state"], id?: string) => (event: QueueEvent) =>
  event.type === "item" && event.item.state === state && (id === undefined || event.item.id === id)
const isStatus = (state: string) => (event: QueueEvent) => event.type === "status" && event.status.state === state

function start(queue: UploadQueue<Photo>): { stop: () => Promise<void> } {
  const controller = new AbortController()
  const running = queue.run({ signal: controller.signal }).catch((error: unknown) => {
    if (!controller.signal.aborted) throw error
  })
  return {
    async stop() {
      controller.abort()
      await running
    },
  }
}

async function sendAll(queue: UploadQueue<Photo>, ids: readonly string[]): Promise<void> {
  const open = new Set(ids)
  const done = until(queue, (event) => {
    if (event.type === "item" && event.item.state === "done") open.delete(event.item.id)
    return open.size === 0
  })
  start(queue)
  await done
}

describe("a queue over a plain tus server", () => {
  test("sends what was added, in order, chunk by chunk, and forgets it once acknowledged", async () => {
    const queue = newQueue()
    const photos = [photo("one"), photo("two", 0), photo("three", 100_000)]
    for (const each of photos) expect(await queue.enqueue(each)).toMatchObject({ id: each.id, state: "queued" })
    expect((await queue.items()).map(({ id }) => id)).toEqual(["one", "two", "three"])
    await sendAll(queue, ["one", "two", "three"])
    expect(await queue.items()).toEqual([])
    expect(bench.pieces.map(({ offset, bytes }) => [offset, bytes])).toEqual([
      [0, 100_000],
      [100_000, 100_000],
      [200_000, 50_000],
      [0, 100_000],
    ])
    expect(
      Buffer.compare(await bench.stored(bench.pieces[0]?.upload ?? ""), photos[0]?.bytes ?? new Uint8Array()),
    ).toBe(0)
  })

  test("tells each state and the progress", async () => {
    const queue = newQueue()
    const told = until(queue, isStatus("idle"))
    await queue.enqueue(photo("one"))
    start(queue)
    const items = (await told).flatMap((event) => (event.type === "item" ? [event.item] : []))
    expect(items.at(-1)).toMatchObject({ id: "one", state: "done", sentBytes: 250_000 })
    expect(new Set(items.map(({ state }) => state))).toContain("uploading")
  })

  test("goes on from the server's offset after the tab that sent was closed", async () => {
    const first = newQueue()
    let seen = 0
    bench.refuse = (request) => (request.method === "PATCH" && ++seen === 3 ? "hang" : undefined)
    await first.enqueue(photo("one", 350_000))
    start(first)
    await expect.poll(() => seen).toBe(3)
    await first.close()
    await sendAll(newQueue(), ["one"])
    expect(bench.pieces.map(({ offset }) => offset)).toEqual([0, 100_000, 200_000, 300_000])
    expect(bench.requests.filter((request) => request.startsWith("POST"))).toHaveLength(1)
    expect(bench.requests.filter((request) => request.startsWith("HEAD"))).toHaveLength(1)
  })

  test("starts again where the server has forgotten the upload", async () => {
    const first = newQueue()
    let forgotten = ""
    bench.refuse = ({ method, url = "" }) => {
      if (method === "PATCH") forgotten = url
      return method === "PATCH" ? "hang" : undefined
    }
    await first.enqueue(photo("one"))
    start(first)
    await expect.poll(() => forgotten).not.toBe("")
    await first.close()
    bench.refuse = ({ url }) => (url === forgotten ? { status: 404 } : undefined)
    await sendAll(newQueue(), ["one"])
    expect(bench.requests.filter((request) => request.startsWith("POST"))).toHaveLength(2)
  })

  test("asks the server anew when a piece does not fit", async () => {
    let patches = 0
    bench.refuse = ({ method }) => (method === "PATCH" && ++patches === 2 ? { status: 409 } : undefined)
    const queue = newQueue()
    await queue.enqueue(photo("one"))
    await sendAll(queue, ["one"])
    expect(bench.requests.map((request) => request.split(" ")[0])).toEqual([
      "POST",
      "PATCH",
      "PATCH",
      "HEAD",
      "PATCH",
      "PATCH",
    ])
  })

  test("two tabs: one sends, both tell, and the other goes on when the first is closed", async () => {
    const [one, two] = [newQueue(), newQueue()]
    bench.refuse = ({ method, url = "" }) =>
      method === "PATCH" && bench.pieces.some((p) => p.upload === url) ? "hang" : undefined
    const told = until(two, (event) => event.type === "item" && event.item.sentBytes === 100_000)
    start(one)
    start(two)
    await one.enqueue(photo("one"))
    await told
    expect((await two.items())[0]).toMatchObject({ id: "one", state: "uploading", sentBytes: 100_000 })
    await expect.poll(() => patches()).toBe(2)
    bench.refuse = undefined
    const done = until(two, isItem("done"))
    await one.close()
    await done
    expect(bench.pieces.map(({ offset }) => offset)).toEqual([0, 100_000, 200_000])
  })
})

describe("failures", () => {
  test("a busy server is left alone for as long as it asks, by every item", async () => {
    const queue = newQueue()
    const before = Date.now()
    bench.refuse = () => ({ status: 503, headers: { "retry-after": "3600" } })
    await queue.enqueue(photo("one"))
    await queue.enqueue(photo("two"))
    const waiting = until(queue, isStatus("waiting"))
    start(queue)
    const last = (await waiting).at(-1)
    expect(last?.type === "status" && (last.status.until ?? 0) - before).toBeGreaterThanOrEqual(3_600_000)
    expect(bench.requests).toHaveLength(1)
    expect((await queue.items())[0]).toMatchObject({ attempts: 1, failure: { status: 503 } })
    // A person who insists is heard.
    bench.refuse = undefined
    const done = until(queue, isItem("done", "two"))
    queue.resume()
    await done
  })

  test("a connection that fails is tried again until it works", async () => {
    let cuts = 0
    bench.refuse = () => (++cuts <= 5 ? "cut" : undefined)
    const queue = newQueue()
    await queue.enqueue(photo("one"))
    await sendAll(queue, ["one"])
    expect(cuts).toBeGreaterThan(5)
  })

  test("what the server refuses for good fails alone, with its status, until retry", async () => {
    const queue = newQueue()
    bench.refuse = ({ method, headers }) =>
      method === "POST" && headers["upload-length"] === "77" ? { status: 413 } : undefined
    await queue.enqueue(photo("large", 77))
    await queue.enqueue(photo("small", 10))
    await sendAll(queue, ["small"])
    expect(await queue.items()).toMatchObject([
      { id: "large", state: "failed", failure: { code: "CAPTURE_UPLOAD_REJECTED", status: 413 } },
    ])
    bench.refuse = undefined
    const done = until(queue, isItem("done", "large"))
    await queue.retry("large")
    await done
  })

  test("an item that the server stumbles over holds nobody up", async () => {
    const queue = newQueue({ retry: { baseMs: 3_600_000 } })
    bench.refuse = ({ method, headers }) =>
      method === "POST" && headers["upload-length"] === "77"
        ? { status: 500, headers: { "retry-after": "9999" } }
        : undefined
    await queue.enqueue(photo("poison", 77))
    await queue.enqueue(photo("small", 10))
    await sendAll(queue, ["small"])
    expect(await queue.items()).toMatchObject([{ id: "poison", state: "queued", attempts: 1 }])
  })

  test("401 stops everything until somebody signed in, and the new token is used", async () => {
    let token = "old"
    bench.refuse = ({ headers }) => (headers.authorization === "Bearer new" ? undefined : { status: 401 })
    const queue = newQueue({ headers: () => ({ Authorization: `Bearer ${token}` }) })
    await queue.enqueue(photo("one"))
    await queue.enqueue(photo("two"))
    const stopped = until(queue, isStatus("unauthorized"))
    start(queue)
    await stopped
    expect(bench.requests).toHaveLength(1)
    expect(await queue.items()).toMatchObject([{ attempts: 0 }, { attempts: 0 }])
    token = "new"
    const done = until(queue, isItem("done", "two"))
    queue.resume()
    await done
  })

  test("a request that never ends counts as interrupted", async () => {
    let hangs = 0
    bench.refuse = ({ method }) => (method === "PATCH" && ++hangs === 1 ? "hang" : undefined)
    const queue = newQueue({ timeoutMs: 100 })
    await queue.enqueue(photo("one"))
    await sendAll(queue, ["one"])
    expect(hangs).toBeGreaterThan(1)
  })
})

describe("the last step", () => {
  test("gets upload and parts, may come again, and its answer is judged as any other", async () => {
    const seen: unknown[] = []
    const answers = [new Response(null, { status: 503 }), new Response(null, { status: 201 })]
    const queue = newQueue({
      finish: async ({ id, upload, parts }) => {
        seen.push([id, upload.pathname, parts])
        return answers.shift()
      },
    })
    await queue.enqueue(photo("one", 10))
    await sendAll(queue, ["one"])
    const upload = bench.pieces[0]?.upload
    expect(seen).toEqual([
      ["one", upload, { note: "of one" }],
      ["one", upload, { note: "of one" }],
    ])
    expect(bench.pieces).toHaveLength(1)
  })

  test("may ask for the bytes again", async () => {
    let calls = 0
    const queue = newQueue({ finish: async () => (++calls === 1 ? "upload-again" : undefined) })
    await queue.enqueue(photo("one", 10))
    await sendAll(queue, ["one"])
    expect(bench.pieces).toHaveLength(2)
  })

  test("that throws fails the item with its code, and retry does not send the bytes again", async () => {
    let calls = 0
    const queue = newQueue({
      finish: async () => {
        if (++calls === 1) throw new Error("broken")
      },
    })
    await queue.enqueue(photo("one", 10))
    const failed = until(queue, isItem("failed"))
    start(queue)
    await failed
    const done = until(queue, isItem("done"))
    await queue.retry("one")
    await done
    expect(bench.pieces).toHaveLength(1)
  })
})

describe("what a person does", () => {
  test("pause stops in the middle, resume goes on from there", async () => {
    const queue = newQueue()
    bench.refuse = ({ method }) => (method === "PATCH" && bench.pieces.length === 1 ? "hang" : undefined)
    await queue.enqueue(photo("one"))
    start(queue)
    await expect.poll(() => patches()).toBe(2)
    const paused = until(queue, isStatus("paused"))
    queue.pause()
    await paused
    expect(await queue.items()).toMatchObject([{ attempts: 0 }])
    bench.refuse = undefined
    const done = until(queue, isItem("done"))
    queue.resume()
    await done
    expect(bench.pieces.map(({ offset }) => offset)).toEqual([0, 100_000, 200_000])
  })

  test("remove takes an item away while it is sent, also from another tab", async () => {
    const [one, two] = [newQueue(), newQueue()]
    bench.refuse = ({ method }) => (method === "PATCH" ? "hang" : undefined)
    start(one)
    await two.enqueue(photo("one"))
    await expect.poll(() => bench.requests.some((request) => request.startsWith("PATCH"))).toBe(true)
    const idle = until(one, isStatus("idle"))
    await two.remove("one")
    await idle
    expect(await one.items()).toEqual([])
  })

  test("close ends run() and leaves the item", async () => {
    const queue = newQueue()
    bench.refuse = () => "hang"
    await queue.enqueue(photo("one"))
    const running = queue.run({ signal: new AbortController().signal })
    await expect.poll(() => bench.requests.length).toBe(1)
    await queue.close()
    await running
    expect(await store.rows()).toHaveLength(1)
  })

  test("run() rejects with the signal's reason", async () => {
    const controller = new AbortController()
    const reason = new Error("enough")
    const running = newQueue().run({ signal: controller.signal })
    controller.abort(reason)
    await expect(running).rejects.toBe(reason)
  })
})

describe("flush()", () => {
  test("sends what is due and resolves; rejects while items must wait", async () => {
    const queue = newQueue()
    await queue.enqueue(photo("one"))
    bench.refuse = () => "cut"
    await expect(queue.flush()).rejects.toMatchObject({ code: "CAPTURE_UPLOAD_INTERRUPTED" })
    bench.refuse = undefined
    queue.resume()
    await queue.flush()
    expect(await queue.items()).toEqual([])
  })

  test("leaves everything to a tab that is at it", async () => {
    const [tab, worker] = [newQueue(), newQueue()]
    bench.refuse = ({ method }) => (method === "PATCH" ? "hang" : undefined)
    start(tab)
    await tab.enqueue(photo("one"))
    await expect.poll(() => bench.requests.length).toBe(2)
    await worker.flush()
    expect(bench.requests).toHaveLength(2)
  })
})

describe("what is refused when adding", () => {
  test("more than four fifths of the quota, before anything is stored", async () => {
    const storage = { estimate: async () => ({ usage: 700, quota: 1000 }), persist: async () => true }
    const queue = newQueue({ storage })
    await queue.enqueue(photo("fits", 100))
    await expect(queue.enqueue(photo("one", 101))).rejects.toMatchObject({ code: "CAPTURE_QUEUE_FULL" })
    expect((await queue.items()).map(({ id }) => id)).toEqual(["fits"])
    expect(await queue.persisted()).toBe(true)
  })

  test("an aborted signal, a failing seal, an id twice, a time that is none", async () => {
    const queue = newQueue({
      seal: async ({ id, bytes }) => {
        if (id === "bad") throw new Error("cannot seal")
        return { id, media: bytes }
      },
    })
    const reason = new Error("enough")
    await expect(queue.enqueue(photo("one"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(queue.enqueue(photo("bad"))).rejects.toThrow("cannot seal")
    await expect(queue.enqueue(photo("one"), { expiresAt: Number.NaN })).rejects.toThrow(RangeError)
    await queue.enqueue(photo("one"))
    await expect(queue.enqueue(photo("one"))).rejects.toThrow(TypeError)
    expect(await queue.items()).toHaveLength(1)
  })
})

describe("age and damage", () => {
  test("an item past its time is told as expired, not sent, and kept for a person to decide", async () => {
    const queue = newQueue()
    const expired = until(queue, isItem("expired"))
    await queue.enqueue(photo("old", 10), { expiresAt: Date.now() })
    await queue.enqueue(photo("new", 10))
    await sendAll(queue, ["new"])
    await expired
    expect(await queue.items()).toMatchObject([{ id: "old", state: "expired" }])
    const done = until(queue, isItem("done", "old"))
    await queue.retry("old")
    await done
  })

  test("damaged rows, chunks and parts cost only themselves", async () => {
    const sound = store
    const broken: Partial<QueueStore> = {
      rows: async () => [...(await sound.rows()), { id: "junk", row: "???" }, { id: "other", row: { v: 1, id: "x" } }],
      chunk: async (id, index) => (id === "cut" ? new Uint8Array(3) : await sound.chunk(id, index)),
      parts: async (id) => (id === "bare" ? undefined : await sound.parts(id)),
    }
    const queue = newQueue({ store: { ...sound, ...broken }, finish: async () => undefined })
    for (const id of ["cut", "bare", "sound"]) await queue.enqueue(photo(id, 50))
    await sendAll(queue, ["sound"])
    const items = await queue.items()
    expect(items.map(({ id }) => id).toSorted()).toEqual(["bare", "cut", "junk", "other"])
    for (const item of items)
      expect(item).toMatchObject({ state: "failed", failure: { code: "CAPTURE_QUEUE_CORRUPT" } })
  })
})
