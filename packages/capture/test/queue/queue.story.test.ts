import { randomBytes } from "node:crypto"
import { generateKeyPair } from "@darkslide/crypto"
import { chromium, type Browser, type BrowserContext, type Page } from "playwright"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { bundlePage, type SiteFiles } from "./bundle-page.ts"
import type { PageQueueOptions } from "./queue-page.ts"
import { startTusBench, type TusBench } from "./tus-bench.ts"

// The queue in a real browser over a plain `@tus/server`: IndexedDB, Web Locks, tabs, the network going away.

const chunkBytes = 65_536
const marker = randomBytes(24).toString("base64url")
const me = generateKeyPair()
const defaults = { name: "uploads", endpoint: "/uploads", recipient: String(me.recipient), chunkBytes }

let browser: Browser
let files: SiteFiles
let bench: TusBench
let context: BrowserContext

beforeAll(async () => {
  files = await bundlePage()
  const executablePath = process.env["CHROMIUM_PATH"]
  browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
})

afterAll(async () => await browser?.close())

beforeEach(async () => {
  bench = await startTusBench({ files })
  context = await browser.newContext()
})

afterEach(async () => {
  await context.close()
  await bench[Symbol.asyncDispose]()
})

async function openTab(options: Partial<PageQueueOptions> & { readonly run?: boolean } = {}): Promise<Page> {
  const page = await context.newPage()
  await page.goto(bench.origin)
  await page.waitForFunction(() => "bench" in window)
  const { run = true, ...rest } = options
  await page.evaluate(([queue, now]) => window.bench.open(queue, now), [{ ...defaults, ...rest }, run] as const)
  return page
}

const add = (page: Page, bytes = 300_000, expiresAt?: number, name = "uploads") =>
  page.evaluate(([to, photo]) => window.bench.enqueue(to, photo), [name, { bytes, marker, expiresAt }] as const)
const items = (page: Page, name = "uploads") => page.evaluate((of) => window.bench.items(of), name)
const status = (page: Page) => page.evaluate(() => window.bench.status("uploads").state)
const patches = () => bench.requests.filter((request) => request.startsWith("PATCH")).length

async function emptied(page: Page): Promise<void> {
  await expect.poll(() => items(page), { timeout: 20_000 }).toEqual([])
}

/** No byte came twice, and none is missing. */
function expectEachByteOnce(): void {
  const reached = new Map<string, number>()
  for (const { upload, offset, bytes } of bench.pieces) {
    expect(offset).toBe(reached.get(upload) ?? 0)
    reached.set(upload, offset + bytes)
  }
}

describe("what enqueue() promises", () => {
  test("it resolves after one transaction of strict durability, and nothing is sent before", async () => {
    const page = await openTab({ run: false })
    await page.evaluate(() => {
      const log: string[] = []
      const open = IDBDatabase.prototype.transaction
      IDBDatabase.prototype.transaction = function (stores, mode, options) {
        const transaction = open.call(this, stores, mode, options)
        if (mode === "readwrite") {
          log.push(`begin ${options?.durability}`)
          transaction.addEventListener("complete", () => log.push("complete"))
        }
        return transaction
      }
      Object.assign(window, { log })
    })
    await add(page)
    const log = await page.evaluate(() => (window as typeof window & { log: string[] }).log)
    expect(log).toEqual(["begin strict", "complete"])
    expect(bench.requests).toEqual([])
    expect(await items(page)).toMatchObject([{ state: "queued", sentBytes: 0 }])
  })

  test("an item outlives its tab, and another one sends it", async () => {
    const first = await openTab({ run: false })
    const id = await add(first)
    await first.close()
    const second = await openTab({ run: false })
    expect(await items(second)).toMatchObject([{ id }])
    await second.close()
    await emptied(await openTab())
    expectEachByteOnce()
  })

  test("it refuses what would fill the browser's storage, and says so by its code", async () => {
    const page = await openTab({ maxUsage: 1e-9 })
    const code = await page.evaluate(async (text) => {
      return await window.bench.enqueue("uploads", { bytes: 300_000, marker: text }).catch((error: unknown) => {
        return (error as { code?: string }).code
      })
    }, marker)
    expect(code).toBe("CAPTURE_QUEUE_FULL")
    expect(await items(page)).toEqual([])
  })
})

describe("tabs", () => {
  test("two never send the same chunk, both tell the states, and the second takes over", async () => {
    const [one, two] = [await openTab(), await openTab()]
    await Promise.all([add(one), add(two), add(one), add(two)])
    await emptied(two)
    expectEachByteOnce()
    expect(bench.requests.filter((request) => request.startsWith("POST"))).toHaveLength(4)
    for (const tab of [one, two])
      expect(await tab.evaluate(() => window.bench.told("uploads"))).toEqual(
        expect.arrayContaining(["uploading", "done"]),
      )
    await one.close()
    await add(two)
    await emptied(two)
  })

  test("a closed tab's upload goes on from the server's offset", async () => {
    const [one, two] = [await openTab(), await openTab({ run: false })]
    bench.refuse = ({ method }) => (method === "PATCH" && patches() === 3 ? "hang" : undefined)
    await add(one)
    await expect.poll(patches).toBe(3)
    await one.close()
    bench.refuse = undefined
    await two.close()
    await emptied(await openTab())
    expect(bench.pieces.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4].map((index) => index * chunkBytes))
    expect(bench.requests.filter((request) => request.startsWith("HEAD"))).toHaveLength(1)
  })
})

describe("the network and the server", () => {
  test("offline it waits, and goes on when the network is back", async () => {
    const page = await openTab()
    await context.setOffline(true)
    await add(page)
    await expect.poll(() => status(page)).toBe("offline")
    expect(bench.requests).toEqual([])
    await context.setOffline(false)
    await emptied(page)
    expectEachByteOnce()
  })

  test("Retry-After is kept to, also when the page is shown again, until a person insists", async () => {
    const page = await openTab()
    bench.refuse = () => ({ status: 429, headers: { "retry-after": "600" } })
    await add(page)
    await add(page)
    await expect.poll(() => status(page)).toBe("waiting")
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })))
    await page.evaluate(() => window.dispatchEvent(new Event("online")))
    await expect.poll(() => items(page)).toMatchObject([{ failure: { status: 429 } }, {}])
    expect(bench.requests).toHaveLength(1)
    bench.refuse = undefined
    await page.evaluate(() => window.bench.act("uploads", "resume"))
    await emptied(page)
  })

  test("401 pauses until a new token", async () => {
    const page = await openTab({ token: "old" })
    bench.refuse = ({ headers }) => (headers.authorization === "Bearer new" ? undefined : { status: 401 })
    await add(page)
    await expect.poll(() => status(page)).toBe("unauthorized")
    expect(bench.requests).toHaveLength(1)
    await page.evaluate(() => window.bench.signIn("uploads", "new"))
    await emptied(page)
  })

  test("an item past its time stays, unsent, until retry", async () => {
    const page = await openTab()
    const id = await add(page, 1000, Date.now())
    await add(page, 1000)
    await expect.poll(() => items(page)).toMatchObject([{ id, state: "expired" }])
    await page.evaluate((which) => window.bench.retry("uploads", which), id)
    await emptied(page)
  })
})

describe("damage", () => {
  test("torn rows, lost chunks and lost parts cost only themselves", async () => {
    const page = await openTab({ run: false })
    const [torn, cut, lost, sound] = [await add(page), await add(page), await add(page), await add(page)]
    await page.evaluate(
      async ([first, second, third]) => {
        const db = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open("darkslide-queue/uploads")
          request.onsuccess = () => resolve(request.result)
        })
        const transaction = db.transaction(["items", "bytes"], "readwrite")
        transaction.objectStore("items").put({ v: 1, id: first, state: "queued" }, first)
        transaction.objectStore("bytes").put(new Uint8Array(5), [second, 1])
        transaction.objectStore("bytes").delete([third, 2])
        await new Promise((resolve) => (transaction.oncomplete = resolve))
        db.close()
      },
      [torn, cut, lost] as const,
    )
    await page.close()
    const next = await openTab()
    await expect.poll(async () => (await items(next)).map(({ id }) => id)).not.toContain(sound)
    await expect
      .poll(async () =>
        (await items(next))
          .filter(({ state }) => state === "failed")
          .map(({ id }) => id)
          .toSorted(),
      )
      .toEqual([torn, cut, lost].toSorted())
    for (const item of await items(next)) expect(item.failure?.code).toBe("CAPTURE_QUEUE_CORRUPT")
  })
})

describe("Background Sync", () => {
  test("a service worker sends what a closed page left, and leaves it for later where it cannot", async () => {
    const page = await openTab({ name: "sync", syncTag: "uploads", run: false })
    await page.evaluate(async () => {
      await navigator.serviceWorker.register("/sw.js")
      await navigator.serviceWorker.ready
    })
    await add(page, 300_000, undefined, "sync")
    const session = await context.newCDPSession(page)
    const registrationId = await new Promise<string>((resolve) => {
      session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        if (registrations[0]) resolve(registrations[0].registrationId)
      })
      void session.send("ServiceWorker.enable")
    })
    const sync = () =>
      session.send("ServiceWorker.dispatchSyncEvent", {
        origin: bench.origin,
        registrationId,
        tag: "uploads",
        lastChance: false,
      })
    bench.refuse = () => "cut"
    await sync()
    await expect.poll(() => bench.requests.length).toBeGreaterThan(0)
    expect(await items(page, "sync")).toHaveLength(1)
    bench.refuse = undefined
    await expect
      .poll(async () => {
        await sync()
        return await items(page, "sync")
      })
      .toEqual([])
    expectEachByteOnce()
  })
})
