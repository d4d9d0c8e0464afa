import { clipSeconds, framesPerSecond, judgedFrom, type Clip } from "./plan-clip.ts"

/** What a detector did on a clip: the times, in seconds, of the frames that it called motion. */
export interface Outcome {
  readonly clip: Clip
  readonly hits: readonly number[]
}

export interface Score {
  readonly detector: string
  /** Of the times something moved, those that were seen. */
  readonly recall: number
  /** Of the events reported, those in which something moved. */
  readonly precision: number
  /** Share of the frames without motion that were called motion. */
  readonly falseFrames: number
  /** Median of the seconds from when a quarter of a thing is in the picture to the first frame called motion. */
  readonly delayS: number
}

/** Frames called motion belong to one event while they are at most this far apart. */
const eventGap = 1
/** Motion may be reported this long after it ended: a detector looks back to be sure. */
const afterwards = 1
const before = 0.1

export function score(detector: string, outcomes: readonly Outcome[]): Score {
  let [moved, seen, events, falseEvents, quietFrames, falseFrames] = [0, 0, 0, 0, 0, 0]
  const delays: number[] = []
  for (const { clip, hits } of outcomes) {
    const judged = hits.filter((time) => time >= judgedFrom)
    const isMoving = (from: number, to: number) =>
      clip.moving.some((truth) => from <= truth.seenTo + afterwards && to >= truth.seenFrom - before)
    for (const truth of clip.moving) {
      moved++
      const first = judged.find((time) => time >= truth.seenFrom - before && time <= truth.to + 0.3)
      if (first === undefined) continue
      seen++
      delays.push(Math.max(0, first - truth.from))
    }
    for (const [from, to] of eventsOf(judged)) {
      events++
      if (!isMoving(from, to)) falseEvents++
    }
    const hit = new Set(judged.map((time) => Math.round(time * framesPerSecond)))
    for (let frame = judgedFrom * framesPerSecond; frame < clipSeconds * framesPerSecond; frame++) {
      const time = frame / framesPerSecond
      if (isMoving(time, time)) continue
      quietFrames++
      if (hit.has(frame)) falseFrames++
    }
  }
  delays.sort((a, b) => a - b)
  return {
    detector,
    recall: seen / moved,
    precision: events === 0 ? 1 : (events - falseEvents) / events,
    falseFrames: falseFrames / quietFrames,
    delayS: delays[delays.length >> 1] ?? Number.POSITIVE_INFINITY,
  }
}

function eventsOf(hits: readonly number[]): readonly (readonly [number, number])[] {
  const events: [number, number][] = []
  for (const time of hits) {
    const last = events.at(-1)
    if (last && time - last[1] <= eventGap) last[1] = time
    else events.push([time, time])
  }
  return events
}
