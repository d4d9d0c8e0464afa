import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { clipFormats } from "@darkslide/capture/record"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { framesBetween, numberedRate, numbersIn, probe } from "./numbered-clip.ts"
import type { ToldClip } from "./recorder-page/main.ts"
import { openStoryPage, type StoryPage } from "./recorder-story.ts"

const preRollSeconds = 3
const seconds = 1

let story: StoryPage

beforeAll(async () => {
  story = await openStoryPage()
})

afterAll(async () => {
  await story?.[Symbol.asyncDispose]()
})

describe("the seconds before a trigger, by the numbers burnt into the camera's frames", () => {
  for (const format of clipFormats) {
    test(`${format.codec} in ${format.container}`, async () => {
      const clip = await story.page.evaluate(
        async (wanted) => {
          const { story: page } = globalThis as unknown as { story: { clip(...args: unknown[]): Promise<ToldClip> } }
          return await page.clip(wanted.format, wanted.preRollSeconds, wanted.seconds)
        },
        { format, preRollSeconds, seconds },
      )
      const path = join(story.folder, `${format.codec}.${format.container}`)
      await writeFile(path, Buffer.from(clip.base64, "base64url"))
      const [numbers, probed] = await Promise.all([numbersIn(path), probe(path)])

      const before = framesBetween(numbers[0]!, clip.triggeredAt)
      expect(before).toBeGreaterThanOrEqual(preRollSeconds * numberedRate)
      // It begins at a key frame, of which there is one a second.
      expect(before).toBeLessThanOrEqual((preRollSeconds + 2) * numberedRate)
      expect(clip.preRollSeconds).toBeGreaterThanOrEqual(preRollSeconds)
      expect(framesBetween(clip.triggeredAt, numbers.at(-1)!)).toBeGreaterThan(0)

      expect(clip.frames).toBe(numbers.length)
      expect(probed.frames).toBe(numbers.length)
      const steps = numbers.slice(1).map((number, index) => framesBetween(numbers[index]!, number))
      expect(steps.every((step) => step >= 1)).toBe(true)
      // A busy machine may cost a frame (`soak recording` counts them): what is told to be dropped is what is not there.
      expect(clip.dropped).toBeLessThanOrEqual(
        steps.filter((step) => step > 1).reduce((sum, step) => sum + step - 1, 0),
      )
      expect(steps.reduce((sum, step) => sum + step, 1)).toBe(framesBetween(numbers[0]!, numbers.at(-1)!) + 1)
      expect(probed.duration).toBeCloseTo(clip.durationSeconds, 1)
      expect(probed.duration).toBeGreaterThan(preRollSeconds + 0.5)
    })
  }
})
