import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { clipFormats } from "@darkslide/capture/record"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { lightOnsets, soundOnsets, streamsIn } from "./heard.ts"
import type { ToldSound } from "./recorder-page/sound.ts"
import { openStoryPage, type StoryPage } from "./recorder-story.ts"

let story: StoryPage
let files = 0

beforeAll(async () => {
  story = await openStoryPage()
})

afterAll(async () => {
  await story?.[Symbol.asyncDispose]()
})

/** Runs one of the page's functions, and writes the file that it gives. */
async function made<Told extends ToldSound = ToldSound>(
  name: string,
  ...args: readonly unknown[]
): Promise<Told & { readonly path: string }> {
  return await madeIn<Told>(story, name, args)
}

async function madeIn<Told extends ToldSound = ToldSound>(
  { page, folder }: StoryPage,
  name: string,
  args: readonly unknown[],
): Promise<Told & { readonly path: string }> {
  const told = await page.evaluate(
    async ([wanted, given]) => {
      const { story: code } = globalThis as unknown as {
        story: Record<string, (...all: readonly unknown[]) => Promise<unknown>>
      }
      return await code[wanted]?.(...given)
    },
    [name, args] as const,
  )
  const path = join(folder, `${files++}.media`)
  await writeFile(path, Buffer.from((told as Told).base64, "base64url"))
  return { ...(told as Told), path }
}

async function expectBothWhole(path: string, seconds: number): Promise<void> {
  const streams = await streamsIn(path)
  expect(streams.map(({ type }) => type)).toEqual(["video", "audio"])
  const [video, audio] = streams
  expect(audio?.codec).toBe("opus")
  // WebM does not say how long the last frame stands.
  expect(Math.abs(video!.end - seconds)).toBeLessThan(0.1)
  expect(audio?.start).toBeLessThan(0.1)
  expect(Math.abs(audio!.end - video!.end)).toBeLessThan(0.1)
}

const preRollSeconds = 2
const [avc, , , vp8] = clipFormats

describe("sound, when it is asked for", () => {
  for (const format of clipFormats) {
    test(`is Opus from the first second of the pre-roll to the end: ${format.codec} in ${format.container}`, async () => {
      const clip = await made("soundClip", format, true, preRollSeconds)
      expect(clip.recorderAudio).toBe("on")
      expect(clip.asked).toEqual(["video", "audio"])
      expect(clip.audio?.codec).toBe("opus")
      expect(clip.audio?.missingSeconds).toBeLessThan(0.5)
      expect(clip.durationSeconds).toBeGreaterThan(preRollSeconds + 0.5)
      await expectBothWhole(clip.path, clip.durationSeconds)
      // The fake microphone beeps twice a second, or once, by the browser's version.
      const beeps = await soundOnsets(clip.path)
      expect(beeps.length).toBeGreaterThanOrEqual(Math.floor(clip.durationSeconds) - 1)
      expect(beeps[0]).toBeLessThan(1.2)
    })
  }

  for (const format of [avc, vp8]) {
    test(`is in every segment and in what they make: ${format?.container}`, async () => {
      const joined = await made<ToldSound & { segments: number }>("joinedSound", format)
      expect(joined.segments).toBeGreaterThanOrEqual(3)
      await expectBothWhole(joined.path, joined.durationSeconds)
      const beeps = await soundOnsets(joined.path)
      const steps = beeps.slice(1).map((at, index) => at - beeps[index]!)
      for (const step of steps) expect(step % 0.5 < 0.05 || step % 0.5 > 0.45).toBe(true)
    })

    test(`is recorded by the browser's own recorder too: ${format?.container}`, async () => {
      const clip = await made("fallbackClip", format)
      expect(clip).toMatchObject({ recorderAudio: "on", audio: { codec: "opus" }, asked: ["video", "audio"] })
      await expectBothWhole(clip.path, clip.durationSeconds)
    })

    for (const [what, loseSound] of [
      ["keeps within one frame of the picture", false],
      ["keeps there when the microphone loses samples", true],
    ] as const) {
      test(`${what}: ${format?.container}`, async () => {
        const clip = await made("beatClip", format, loseSound)
        const [lights, sounds] = await Promise.all([lightOnsets(clip.path), soundOnsets(clip.path)])
        expect(lights.length).toBeGreaterThanOrEqual(3)
        // The camera gives 25 frames a second; sound is looked at in steps of 10 ms.
        for (const light of lights.filter((at) => at > 0.1 && at < clip.durationSeconds - 0.1))
          expect(Math.min(...sounds.map((sound) => Math.abs(sound - light)))).toBeLessThanOrEqual(0.05)
      })
    }
  }

  test("ends with its microphone, which is told, and the picture goes on", async () => {
    const clip = await made<ToldSound & { states: readonly string[] }>("endedMicrophone", avc)
    expect(clip.states).toEqual(["ended"])
    expect(clip.endedBy).toBe("stop")
    const [video, audio] = await streamsIn(clip.path)
    expect(audio!.end).toBeLessThan(video!.end - 0.5)
    expect(clip.audio?.missingSeconds).toBeCloseTo(video!.end - audio!.end, 1)
  })
})

describe("without sound", () => {
  test("no microphone is asked for, and the file has no track for it", async () => {
    const clip = await made("soundClip", avc, false, 0)
    expect(clip).toMatchObject({ recorderAudio: "off", asked: ["video"] })
    expect(clip.audio).toBeUndefined()
    expect((await streamsIn(clip.path)).map(({ type }) => type)).toEqual(["video"])
  })

  test("pictures are recorded when the person refuses the microphone, who is asked once", async () => {
    await using shy = await openStoryPage({ microphone: "denied" })
    for (const asked of [["video", "audio"], ["video"]]) {
      const clip = await madeIn(shy, "soundClip", [avc, true, 0])
      expect(clip.asked).toEqual(asked)
      expect(clip.recorderAudio).toMatch(/^CAPTURE_DENIED: Allow the microphone/u)
      expect(clip.durationSeconds).toBeGreaterThan(0.5)
      expect((await streamsIn(clip.path)).map(({ type }) => type)).toEqual(["video"])
    }
  })
})
