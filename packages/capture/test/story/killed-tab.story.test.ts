import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openCapture, type CaptureRecord } from "@darkslide/capture"
import { joinSegments } from "@darkslide/capture/record"
import { fromBase64Url, parseIdentity, readAccountState } from "@darkslide/crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { framesBetween, numberedRate, numbersIn } from "./numbered-clip.ts"
import type { StoredSegment } from "./recorder-page/main.ts"
import { openStoryPage, type StoryPage } from "./recorder-story.ts"

const segmentSeconds = 2

let story: StoryPage

beforeAll(async () => {
  story = await openStoryPage()
})

afterAll(async () => {
  await story?.[Symbol.asyncDispose]()
})

describe("a tab that is killed while it records", () => {
  test("loses at most the segment that was being made; the others open, verify and join", async () => {
    const { page } = story
    const stored: StoredSegment[] = []
    const third = Promise.withResolvers<void>()
    let lastSeen = -1
    await page.exposeFunction("tellFrame", (number: number) => void (lastSeen = number))
    await page.exposeFunction("storeSegment", (segment: StoredSegment) => {
      stored.push(segment)
      if (stored.length === 3) third.resolve()
    })
    const keys = await page.evaluate(async (seconds) => {
      const { story: code } = globalThis as unknown as {
        story: { sealSegmentsForEver(...args: unknown[]): Promise<{ identity: string; state: string }> }
      }
      return await code.sealSegmentsForEver({ codec: "avc", container: "mp4" }, seconds)
    }, segmentSeconds)
    await third.promise
    // Well into the fourth.
    const atThird = lastSeen
    await expect.poll(() => framesBetween(atThird, lastSeen), { timeout: 20_000 }).toBeGreaterThan(numberedRate)
    const crashed = page.waitForEvent("crash")
    const session = await page.context().newCDPSession(page)
    // Page.crash ends the renderer at once, without a word to the page.
    session.send("Page.crash").catch(() => undefined)
    await crashed

    const segments = await Promise.all(stored.map(async (each) => await openSegment(each, keys)))
    const joined = await joinSegments(segments)
    expect(joined.series).toBe("cut")
    const path = join(story.folder, "cut.mp4")
    await writeFile(path, await joined.blob.bytes())
    const numbers = await numbersIn(path)
    expect(numbers).toHaveLength(joined.frames)
    const steps = numbers.slice(1).map((number, index) => framesBetween(numbers[index]!, number))
    expect(steps.every((step) => step >= 1 && step < numberedRate)).toBe(true)
    // A segment is cut at the first key frame after its time, of which there is one a second.
    const lost = framesBetween(numbers.at(-1)!, lastSeen)
    expect(lost).toBeLessThanOrEqual((segmentSeconds + 1) * numberedRate)
  })
})

async function openSegment(stored: StoredSegment, keys: { readonly identity: string; readonly state: string }) {
  const { captureId = "", ...parts } = stored.parts
  const part = (name: string): Uint8Array => fromBase64Url(parts[name] ?? "")
  const opened = await openCapture(
    { header: part("header"), record: part("record"), sealing: part("sealing"), private: part("private") },
    { with: parseIdentity(keys.identity), state: readAccountState(fromBase64Url(keys.state)), captureId },
  )
  const media = await opened.openMedia(part("media"), part("chunks"))
  const clip = opened.record.clip as NonNullable<CaptureRecord["clip"]>
  expect(clip).toMatchObject({ index: stored.index, last: false })
  return { blob: new Blob([media.slice()], { type: opened.record.mediaType }), clip }
}
