import { SoundClock } from "./sound-clock.ts"
import { soundCut, type SoundCut } from "./sound-cut.ts"
import { SoundEncoder, type SoundPacket } from "./sound-encoder.ts"
import type { SoundHandle } from "./sound-source.ts"

/** A microphone is behind the camera by less than this, in milliseconds, or it gives nothing. */
const patienceMs = 500

/** Sound without picture is kept for this long, in microseconds. */
const patienceWithoutPictureUs = 60e6

/** Times that go back by more than this, in microseconds, are those of another clock. */
const newEpochUs = 200_000

interface OpenCut {
  readonly startUs: number
  readonly endUs: number
  readonly packets: SoundPacket[]
  readonly done: () => void
}

/** The sound beside the pictures' ring: packets by the microphone's clock, and where that stands against the camera's. */
export class SoundRing {
  readonly #handle: SoundHandle
  readonly #samples: ReadableStreamDefaultReader<AudioData>
  readonly #camera = new SoundClock()
  #microphone: SoundClock = new SoundClock()
  readonly #cuts = new Set<OpenCut>()
  #packets: SoundPacket[] = []
  #pictureUs = -Infinity
  /** What is added to the microphone's times so that they never run backwards, and until when they went. */
  #epochUs = 0
  #heardUntilUs = -Infinity
  #isOver = false

  constructor(handle: SoundHandle) {
    this.#handle = handle
    this.#samples = handle.readable.getReader()
  }

  /** Reads until the microphone ends. @throws what the encoder fails with; cuts go on with what there is. */
  async run(): Promise<void> {
    const failed = Promise.withResolvers<never>()
    const encoder = new SoundEncoder(this.#handle.codec, { give: (packet) => this.#push(packet), fail: failed.reject })
    // Told by the race below, where something still waits.
    failed.promise.catch(() => undefined)
    try {
      for (;;) {
        const { value: samples, done } = await Promise.race([this.#samples.read(), failed.promise])
        if (done) break
        try {
          await encoder.encode(samples, this.#timeOf(samples, performance.timeOrigin + performance.now()))
        } finally {
          samples.close()
        }
      }
      await Promise.race([encoder.flush(), failed.promise])
    } finally {
      encoder.close()
      this.#isOver = true
      for (const cut of this.#cuts) cut.done()
    }
  }

  /** Tells when a frame arrived (`at` in milliseconds since 1970): that is how the camera's clock is known. */
  seePicture(timestampUs: number, at: number): void {
    this.#camera.tell(timestampUs, at)
    this.#pictureUs = timestampUs
  }

  /**
   * What is added to the camera's times to have the microphone's. It is known better as time passes; the pieces of one
   * recording take the same, so that no packet falls between two or into both.
   */
  get shiftUs(): number {
    return (this.#camera.startUs ?? 0) - (this.#microphone.startUs ?? 0)
  }

  /** The sound from `startUs` to before `endUs`, by the camera's clock, once it came; what lies behind is taken at once. */
  async cut(range: { startUs: number; endUs: number; shiftUs: number }): Promise<SoundCut | undefined> {
    const startUs = range.startUs + range.shiftUs
    const endUs = range.endUs + range.shiftUs
    const done = Promise.withResolvers<void>()
    const packets = this.#packets.filter(({ timestampUs }) => timestampUs >= startUs && timestampUs < endUs)
    const cut = { startUs, endUs, packets, done: done.resolve }
    if (!this.#isOver && (this.#packets.at(-1)?.timestampUs ?? -Infinity) < endUs) {
      this.#cuts.add(cut)
      const limit = setTimeout(done.resolve, patienceMs)
      await done.promise
      clearTimeout(limit)
      this.#cuts.delete(cut)
    }
    return soundCut(this.#handle.codec, packets, { startUs, endUs })
  }

  /** Lets go of what lies before, by the camera's clock. */
  forget(beforeUs: number): void {
    const startUs = beforeUs + this.shiftUs - patienceMs * 1000
    const kept = this.#packets.findIndex(({ timestampUs }) => timestampUs >= startUs)
    this.#packets = kept < 0 ? [] : this.#packets.slice(kept)
  }

  /**
   * By a clock that goes on. Chromium counts from the page's beginning, and from the worker's once the stream has arrived
   * there: after a few buffers the times may begin anew.
   */
  #timeOf(samples: AudioData, at: number): number {
    if (samples.timestamp + this.#epochUs < this.#heardUntilUs - newEpochUs) {
      this.#epochUs = this.#heardUntilUs - samples.timestamp
      this.#microphone = new SoundClock()
    }
    const timestampUs = samples.timestamp + this.#epochUs
    this.#microphone.tell(timestampUs, at)
    this.#heardUntilUs = timestampUs + (samples.numberOfFrames / samples.sampleRate) * 1e6
    return timestampUs
  }

  #push(packet: SoundPacket): void {
    // A camera that stands still for so long has no clip that could want it.
    if (packet.timestampUs - this.#pictureUs - this.shiftUs > patienceWithoutPictureUs) return
    this.#packets.push(packet)
    for (const cut of this.#cuts) {
      if (packet.timestampUs >= cut.endUs) cut.done()
      else if (packet.timestampUs >= cut.startUs) cut.packets.push(packet)
    }
  }
}
