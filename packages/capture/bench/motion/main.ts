// `pnpm bench motion --seed S [--json]`: how well the motion detector tells motion, on clips that ffmpeg makes from the
// seed, beside a plain frame difference and an adaptive mixture.
import { createMotionDetector } from "@darkslide/capture/motion"
import { parseArgs } from "node:util"
import { frameDifference, mog2, type Detector } from "./peers.ts"
import { framesPerSecond, planClips, type Clip } from "./plan-clip.ts"
import { renderClip } from "./render-clip.ts"
import { score, type Outcome } from "./score.ts"

const makers: Readonly<Record<string, () => Detector>> = {
  darkslide: () => {
    const detector = createMotionDetector()
    let frame = 0
    return {
      push: (luma, width, height) =>
        detector.push(luma, { width, height, timestamp: (frame++ * 1e6) / framesPerSecond }).motion,
    }
  },
  "MOG2 (as OpenCV)": mog2,
  "frame difference": frameDifference,
}

export async function benchMotion(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      only: { type: "string" },
      verbose: { type: "boolean", default: false },
    },
  })
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`Cannot run bench: seed ${values.seed}`)
  const clips = planClips(seed).filter((clip) => values.only === undefined || clip.name.startsWith(values.only))
  const outcomes = new Map<string, Outcome[]>(Object.keys(makers).map((name) => [name, []]))
  await inPairs(clips, async (clip) => {
    const hits = await hitsOf(clip)
    for (const [name, times] of hits) outcomes.get(name)!.push({ clip, hits: times })
    if (values.verbose) console.error(lineOf(clip, hits.get("darkslide")!))
  })
  const scores = [...outcomes].map(([name, all]) => score(name, all))
  if (values.json) console.log(JSON.stringify(scores))
  else {
    console.log(`${clips.length} clips of seed ${seed}`)
    console.table(
      scores.map(({ detector, recall, precision, falseFrames, delayS }) => ({
        detector,
        recall: recall.toFixed(3),
        precision: precision.toFixed(3),
        "false frames": `${(falseFrames * 100).toFixed(2)} %`,
        "median delay": `${delayS.toFixed(2)} s`,
      })),
    )
  }
}

async function hitsOf(clip: Clip): Promise<Map<string, number[]>> {
  const detectors = Object.entries(makers).map(([name, make]) => ({ name, detector: make(), times: [] as number[] }))
  let frame = 0
  for await (const luma of renderClip(clip)) {
    for (const { detector, times } of detectors)
      if (detector.push(luma, clip.width, clip.height)) times.push(frame / framesPerSecond)
    frame++
  }
  return new Map(detectors.map(({ name, times }) => [name, times]))
}

/** Two at a time: ffmpeg draws one while the detectors look at the other. */
async function inPairs(clips: readonly Clip[], work: (clip: Clip) => Promise<void>): Promise<void> {
  const rest = [...clips]
  const worker = async () => {
    for (let clip = rest.shift(); clip; clip = rest.shift()) await work(clip)
  }
  await Promise.all([worker(), worker()])
}

function lineOf(clip: Clip, hits: readonly number[]): string {
  const { recall, precision, falseFrames, delayS } = score(clip.name, [{ clip, hits }])
  const truth = clip.moving.map(({ from, to }) => `${from.toFixed(1)}-${to.toFixed(1)}`).join(" ")
  const wrong = precision < 1 || falseFrames > 0 || recall < 1 ? ` hits ${hits.map((t) => t.toFixed(1)).join(" ")}` : ""
  return `${clip.name} (${clip.width}x${clip.height}, crf ${clip.compressed ?? "-"}): recall ${recall} precision ${precision} false ${falseFrames.toFixed(3)} delay ${delayS.toFixed(2)}; truth ${truth}${wrong}`
}
