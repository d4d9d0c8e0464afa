import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { newClient } from "../client/client-fixture.ts"
import { startCountingProxy, type CountingProxy } from "./counting-proxy.ts"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { makeLargeClip } from "./large-clip.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { Visitor } from "./visitor.ts"

/** 200 shows the full promise; the property is the same. */
const mebibytes = Number(process.env["DARKSLIDE_CLIP_MIB"] ?? "128")
const credentials = { handle: "player", password: "correct horse battery staple" }

let folder: string
let server: DemoServer
let proxy: CountingProxy
let browser: Browser
let captureId: string
let sealedBytes: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-playback-"))
  server = await startDemoServer()
  proxy = await startCountingProxy(server.origin)
  browser = await launchChromium()
  const { clip, thumbnail } = await makeLargeClip(folder, mebibytes)
  sealedBytes = clip.size
  const client = newClient(() => server.origin, new Map())
  await client.account.createAccount(credentials)
  ;({ captureId } = await client.library.saveClip({ blob: clip, thumbnail, startedAt: 1_790_000_000_000 }))
})

afterAll(async () => {
  await browser?.close()
  await proxy?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function openClip(): Promise<{ page: Page; visitor: Visitor; complaints: string[]; close(): Promise<void> }> {
  const fresh = await freshPage(browser, screens.desktop)
  const visitor = new Visitor(fresh.page, proxy.origin)
  await visitor.signIn(credentials)
  await visitor.openLibrary()
  await fresh.page.locator(`main a[href="/library/${captureId}"]`).click()
  await fresh.page.locator("video").waitFor()
  return { ...fresh, visitor }
}

describe("a sealed clip in the Library", () => {
  test(`starts to play and seeks to 90 % after less than 5 % of ${mebibytes} MiB were fetched`, async () => {
    const media = new RegExp(`^/v1/captures/${captureId}/(media|chunks|export)`)
    const before = proxy.bytesOf(media)
    const { page, complaints, close } = await openClip()
    const played = await page.locator("video").evaluate(async (video: HTMLVideoElement) => {
      const event = (name: string) =>
        new Promise<void>((resolve, reject) => {
          video.addEventListener(name, () => resolve(), { once: true })
          video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true })
        })
      video.muted = true
      const playing = event("playing")
      await video.play()
      await playing
      const startedAt = video.currentTime
      const wanted = video.duration * 0.9
      const seeked = event("seeked")
      video.currentTime = wanted
      await seeked
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve))
      return { startedAt, wanted, at: video.currentTime, width: video.videoWidth, duration: video.duration }
    })
    const fetched = proxy.bytesOf(media) - before
    console.log(`fetched ${fetched} of ${sealedBytes} bytes: ${((100 * fetched) / sealedBytes).toFixed(2)} %`)
    expect(played.at).toBeGreaterThanOrEqual(played.wanted)
    expect(played).toMatchObject({ width: 640 })
    expect(fetched).toBeGreaterThan(0)
    expect(fetched / sealedBytes).toBeLessThan(0.05)
    expect(complaints).toEqual([])
    await close()
  })

  test("stops, and says why, at a chunk that the server changed", async () => {
    const { page, close } = await openClip()
    await expect
      .poll(() => page.locator("video").evaluate((video: HTMLVideoElement) => video.readyState), { timeout: 20_000 })
      .toBeGreaterThan(0)
    proxy.tamper = (path, range, bytes) => {
      if (!path.endsWith("/media") || range === undefined) return bytes
      const changed = Buffer.from(bytes)
      changed[changed.length >> 1]! ^= 1
      return changed
    }
    try {
      await page.locator("video").evaluate((video: HTMLVideoElement) => {
        video.currentTime = video.duration * 0.5
      })
      await page.getByRole("alert").filter({ hasText: "damaged or was swapped" }).waitFor({ timeout: 20_000 })
      expect(await page.locator("video").count()).toBe(0)
    } finally {
      proxy.tamper = undefined
      await close()
    }
  })

  test("is served to nobody once the page has locked, nor to a page that never had its key", async () => {
    const { page, visitor, close } = await openClip()
    const ask = async (): Promise<string> =>
      await page.evaluate(async (path) => {
        const answer = await fetch(path, { headers: { Range: "bytes=0-99" } })
        return `${answer.status} ${answer.headers.get("Content-Type") ?? "no type"} ${(await answer.bytes()).length}`
      }, `/clips/${captureId}`)
    expect(await ask()).toBe("206 video/mp4 100")
    await visitor.signOut()
    expect(await ask()).toMatch(/^404/)
    await visitor.signIn(credentials)
    expect(await ask()).toMatch(/^404/)
    await close()
  })
})
