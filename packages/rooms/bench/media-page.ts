// The page of `bench media`: one call's connection, sealed or as a browser makes it by itself.
import { MediaWorker, type Pipes } from "../src/media/media-worker-host.ts"
import { PeerLink } from "../src/media/peer-link.ts"
import { numberedCamera, readNumbers } from "../test/media/numbered-pictures.ts"

/** What two ends cost, measured for a while after they warmed up. */
export interface Measured {
  readonly framesPerSecond: number
  /** From painting to what came out of the decoder. */
  readonly p50: number
  readonly p95: number
}

declare global {
  interface Window {
    begin(isSealed: boolean): Promise<void>
    measure(seconds: number): Promise<Measured>
    end(): void
  }
}

/** No worker at all: frames go as they are. It exists nowhere but here. */
const nothing: Pipes = {
  attach: () => ({ id: 0, live: Promise.resolve() }),
  forget: () => {},
  nameCodecs: () => {},
}
const paintedAt = new Map<number, number>()
let latencies: number[] = []
let stop = (): void => {}

async function startWorker(leafIndex: number): Promise<MediaWorker> {
  const worker = await MediaWorker.start({
    createWorker: () => new Worker(new URL("../src/media/media-worker.ts", import.meta.url), { type: "module" }),
    context: 0,
    onNews: () => {},
  })
  worker.setEpoch({ epoch: 1n, leafIndex, baseKey: new Uint8Array(16).fill(7), senders: [0, 1], keepMs: 1000 })
  return worker
}

window.begin = async (isSealed) => {
  const workers = isSealed ? [await startWorker(0), await startWorker(1)] : []
  const links: PeerLink[] = []
  const seen = Promise.withResolvers<void>()
  for (const index of [0, 1]) {
    links.push(
      new PeerLink({
        worker: workers[index] ?? nothing,
        leafIndex: 1 - index,
        hasFirstTurn: index === 0,
        configuration: {},
        codecs: ["VP8"],
        listener: {
          onStep: (step) => setTimeout(() => links[1 - index]?.take([step])),
          onState: () => {},
          onReceived: ({ track }) =>
            readNumbers(track, (number) => {
              const painted = paintedAt.get(number)
              if (painted !== undefined) latencies.push(performance.now() - painted)
              seen.resolve()
            }),
          onEnded: () => {},
          onAgain: () => {},
          onWord: () => {},
          onRefused: (error) => seen.reject(error),
        },
      }),
    )
  }
  const camera = numberedCamera(0, { width: 1280, onNumber: (number) => paintedAt.set(number, performance.now()) })
  await links[0]!.send("camera", { track: camera.track, quality: { maxBitrate: 2_500_000, keep: "detail" } })
  stop = () => {
    camera.stop()
    for (const link of links) link.close()
    for (const worker of workers) worker.close()
  }
  await seen.promise
}

window.measure = async (seconds) => {
  latencies = []
  const start = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const sorted = latencies.toSorted((one, other) => one - other)
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
  return { framesPerSecond: (1000 * sorted.length) / (performance.now() - start), p50: at(0.5), p95: at(0.95) }
}

window.end = () => stop()
