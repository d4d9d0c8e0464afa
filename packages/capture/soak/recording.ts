import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { clipFormats } from "@darkslide/capture/record"
import { framesBetween, numberedFrames, numbersIn, probe } from "../test/story/numbered-clip.ts"
import type { ToldClip } from "../test/story/recorder-page/main.ts"
import { openStoryPage } from "../test/story/recorder-story.ts"

const seconds = 60

/**
 * Records 60 seconds in Chromium `count` times, each time in the next of the five formats, beginning with the seed's. A run
 * is bad when a frame that the camera gave is missing, or browser, ffprobe and ffmpeg count differently. What it gave is
 * known by another reader of the same camera: what neither got was never given.
 */
export async function recording({ count, seed }: { count: number; seed: number }): Promise<number> {
  await using story = await openStoryPage()
  let bad = 0
  for (let run = 0; run < count; run++) {
    const format = clipFormats[(seed + run) % clipFormats.length]
    const clip = await story.page.evaluate(
      async (wanted) => {
        const { story: page } = globalThis as unknown as { story: { clip(...args: unknown[]): Promise<ToldClip> } }
        return await page.clip(wanted.format, 0, wanted.seconds)
      },
      { format, seconds },
    )
    const path = join(story.folder, `${run}.${format?.container}`)
    await writeFile(path, Buffer.from(clip.base64, "base64url"))
    const [numbers, probed] = await Promise.all([numbersIn(path), probe(path)])
    const steps = numbers.slice(1).map((number, i) => framesBetween(numbers[i] ?? 0, number))
    const backward = steps.filter((step) => step > numberedFrames / 2).length
    const [from = 0] = clip.given
    const absent = absentFrames(numbers, from)
    const notGiven = absentFrames(clip.given, from)
    const missing = absent.filter((frame) => !notGiven.includes(frame)).length
    // The fake camera itself gives a frame twice where its clip begins again.
    const repeated = steps.filter((step) => step === 0).length
    const isSound =
      missing === 0 &&
      backward === 0 &&
      clip.dropped === 0 &&
      clip.frames === numbers.length &&
      probed.frames === clip.frames
    if (!isSound) bad++
    const { frames, dropped, missed, durationSeconds, longestGapSeconds = 0 } = clip
    console.log(
      [
        `${format?.codec} in ${format?.container}: ${frames} frames in ${durationSeconds.toFixed(2)} s`,
        `${missing} missing, ${backward} backward`,
        `${absent.length - missing} not given and ${repeated} repeated by the camera`,
        `${dropped} dropped, ${missed} missed by the recorder's own estimate`,
        `longest gap ${(longestGapSeconds * 1000).toFixed(0)} ms`,
      ].join(", "),
    )
  }
  return bad
}

/**
 * The frames left out in a run of numbers, each by its number and by how often the camera's clip had begun again before it.
 * @param from - The number that is counted from; what is between it and the first one is not left out.
 */
function absentFrames(numbers: readonly number[], from: number): readonly string[] {
  const absent: string[] = []
  let last = from
  let round = 0
  for (const [index, number] of numbers.entries()) {
    const step = framesBetween(last, number)
    if (step > numberedFrames / 2) continue
    for (let ahead = 1; ahead <= step; ahead++) {
      const next = (last + ahead) % numberedFrames
      if (next === 0) round++
      if (ahead < step && index > 0) absent.push(`${round}:${next}`)
    }
    last = number
  }
  return absent
}
