// The page of `soak lifecycles`: pairs of connections with everything of a call but the room.
import { seededRandom } from "../../../tools/soak/seeded-random.ts"
import { kindOf, sources, type LinkStep, type Source } from "../src/media/call-signal.ts"
import { defaultCodecs } from "../src/media/codec-choice.ts"
import { MediaWorker } from "../src/media/media-worker-host.ts"
import { PeerLink } from "../src/media/peer-link.ts"
import { findFaults } from "../src/media/watchdog.ts"
import type { PipeCounts } from "../src/media/worker-messages.ts"
import { numberedCamera } from "../test/media/numbered-pictures.ts"
import { induceLeak, type Leak } from "./induced-leak.ts"

type Random = ReturnType<typeof seededRandom>
type Ends = readonly [End, End]

interface End {
  readonly worker: MediaWorker
  readonly link: PeerLink
  readonly refused: unknown[]
}

interface Result {
  readonly bad: string[]
  /** Frames that went through the workers. */
  passed: number
  /** Streams that a browser did not bring to the worker at first. */
  repaired: number
}

const cameras = [numberedCamera(), numberedCamera(30_000)].map(({ track }) => track)
const context = new AudioContext()
const sounds = [440, 330].map((frequency) => {
  const [oscillator, out] = [new OscillatorNode(context, { frequency }), context.createMediaStreamDestination()]
  oscillator.connect(out)
  oscillator.start()
  return out.stream.getAudioTracks()[0]!
})
const baseKey = crypto.getRandomValues(new Uint8Array(16))
/** A pair is made anew after so many lives. */
const livesOfPair = 10

function trackOf(source: Source, index: number): MediaStreamTrack {
  return (kindOf(source) === "audio" ? sounds : cameras)[index]!
}

async function connect(random: Random): Promise<Ends> {
  const ends: End[] = []
  const ready = Promise.withResolvers<void>()
  for (const leafIndex of [0, 1]) {
    const worker = await MediaWorker.start({
      createWorker: () => new Worker(new URL("../src/media/media-worker.ts", import.meta.url), { type: "module" }),
      context: 0,
      onNews: () => {},
    })
    worker.setEpoch({ epoch: 1n, leafIndex, baseKey, senders: [0, 1], keepMs: 1000 })
    const refused: unknown[] = []
    const other = 1 - leafIndex
    // Steps arrive in their order, some of them late.
    let way = ready.promise
    const onStep = (step: LinkStep): void => {
      const delay = random.below(4)
      way = way
        .then(() => new Promise((resolve) => setTimeout(resolve, delay)))
        .then(() => ends[other]?.link.take([step]))
    }
    const link = new PeerLink({
      worker,
      leafIndex: other,
      hasFirstTurn: leafIndex === 0,
      configuration: {},
      codecs: random.below(4) === 0 ? ["VP9"] : defaultCodecs,
      listener: {
        onStep,
        onState: () => {},
        onReceived: () => {},
        onEnded: () => {},
        onAgain: (source) =>
          void link.cutOff(source).then(() => link.send(source, { track: trackOf(source, 0), quality: {} })),
        onWord: () => {},
        onRefused: (error) => refused.push(error.cause),
      },
    })
    ends.push({ worker, link, refused })
  }
  ready.resolve()
  const [one, two] = ends
  if (!one || !two) throw new Error("a pair has two ends")
  return [one, two]
}

/** What goes across a life. */
const events: Readonly<Record<string, (ends: Ends, source: Source, random: Random) => Promise<void> | void>> = {
  nothing: () => {},
  async replaceTrack([from], source) {
    await from.link.send(source, { track: trackOf(source, 1), quality: {} })
  },
  async mute([from], source) {
    await from.link.send(source, { track: null, quality: {} })
    await from.link.send(source, { track: trackOf(source, 0), quality: {} })
  },
  restart([from, to], _, random) {
    if (random.below(2) === 0) from.link.restart()
    if (random.below(2) === 0) to.link.restart()
  },
  /** Both want to offer in one task. */
  collide([from, to], source) {
    from.link.restart()
    void to.link.send(source, { track: trackOf(source, 1), quality: {} })
  },
  /** Another source begins while the first one is being agreed on. */
  also([from], source) {
    const other = sources.find((one) => one !== source)!
    void from.link.send(other, { track: trackOf(other, 0), quality: {} })
  },
  /** It is taken back before it was ever sent, and sent again. */
  async withdraw([from], source) {
    void from.link.withdraw(source)
    await from.link.send(source, { track: trackOf(source, 0), quality: {} })
  },
}

async function live(ends: Ends, random: Random, result: Result): Promise<void> {
  const source = sources[random.below(sources.length)]!
  const [name, event] = Object.entries(events)[random.below(Object.keys(events).length)]!
  const direction = random.below(2) === 0 ? ends : ([ends[1], ends[0]] as const)
  const [from, to] = direction
  const sent = from.link.send(source, { track: trackOf(source, 0), quality: {} })
  if (random.below(2) === 0) await sent
  await event(direction, source, random)
  await sent
  const complain = (what: string): void => {
    result.bad.push(`${name} of ${source}: ${what}`)
  }
  if (!(await arrives(to, source, result)))
    complain(`nothing arrives: ${from.link.connection.signalingState}, ${from.link.connection.iceConnectionState}`)
  for (const end of ends) {
    for (const { way, kind } of await findFaults([end.link], () => end.worker.count()))
      if (kind === "leak") complain(`frames went past the worker, ${way}`)
    for (const [, counts] of await end.worker.count()) addUp(counts, result, complain)
    for (const cause of end.refused.splice(0)) complain(String(cause))
  }
  for (const { link } of ends)
    for (const one of sources) await (random.below(8) > 0 ? link.withdraw(one) : link.cutOff(one))
}

/** Waits until frames of a source are opened at the other end; a stall is mended there as a call does it. */
async function arrives(to: End, source: Source, result: Result): Promise<boolean> {
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline) {
    const counts = await to.worker.count()
    const received = to.link.received.find((one) => one.source === source)
    if (received && (counts.get(received.sealed.incoming.id)?.passed ?? 0) > 0) return true
    const faults = await findFaults([to.link], () => to.worker.count())
    if (received && faults.some((fault) => fault.kind === "stall" && fault.source === source)) {
      result.repaired++
      to.link.repair(received)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}

function addUp(counts: PipeCounts, result: Result, complain: (what: string) => void): void {
  result.passed += counts.passed
  const refused = Object.entries(counts.refused).filter(([why]) => why !== "replayed")
  for (const [why, number] of refused) complain(`${number} frames ${why}`)
}

declare global {
  interface Window {
    live(options: { count: number; seed: number; lanes: number }): Promise<Result>
    leak(): Promise<Leak>
  }
}

window.live = async ({ count, seed, lanes }) => {
  const result: Result = { bad: [], passed: 0, repaired: 0 }
  let left = count
  const lane = async (index: number): Promise<void> => {
    const random = seededRandom(seed * lanes + index)
    while (left > 0) {
      const ends = await connect(random)
      for (let life = 0; life < livesOfPair && left > 0; life++) {
        left--
        await live(ends, random, result)
      }
      for (const { link, worker } of ends) {
        link.close()
        worker.close()
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)))
  return result
}

window.leak = async () => await induceLeak(cameras[0]!)
