/** Media Capture Transform (W3C), which has no types of its own. */
interface TrackGeneratorScope {
  readonly MediaStreamTrackGenerator: new (init: { kind: "audio" | "video" }) => MediaStreamTrack & {
    readonly writable: WritableStream<VideoFrame | AudioData>
  }
}

const frameMs = 40
const sampleRate = 48_000

/** A white picture and a tone for the first 200 ms of each second, black and silence else, stamped by one clock. */
export class BeatSource {
  readonly video: MediaStreamTrack
  readonly audio: MediaStreamTrack
  readonly #writers: readonly WritableStreamDefaultWriter<VideoFrame | AudioData>[]
  readonly #paint: OffscreenCanvasRenderingContext2D
  readonly #loseSound: boolean
  readonly #timer: number
  readonly #startMs: number = performance.now()
  #step = 0

  /** @param options.loseSound - Every half second 100 ms of silence never come, as from a device that was kept waiting. */
  constructor({ loseSound }: { readonly loseSound: boolean }) {
    const { MediaStreamTrackGenerator: Generator } = globalThis as unknown as TrackGeneratorScope
    const [video, audio] = [new Generator({ kind: "video" }), new Generator({ kind: "audio" })]
    this.video = video
    this.audio = audio
    this.#writers = [video.writable.getWriter(), audio.writable.getWriter()]
    this.#loseSound = loseSound
    const paint = new OffscreenCanvas(320, 180).getContext("2d")
    if (!paint) throw new Error("no canvas to paint frames on")
    this.#paint = paint
    this.#timer = window.setInterval(() => this.#catchUp(), frameMs / 2)
  }

  close(): void {
    clearInterval(this.#timer)
    this.video.stop()
    this.audio.stop()
  }

  #catchUp(): void {
    while (this.#step * frameMs <= performance.now() - this.#startMs) this.#write(this.#step++)
  }

  #write(step: number): void {
    const ms = step * frameMs
    const isBeat = ms % 1000 < 200
    this.#paint.fillStyle = isBeat ? "white" : "black"
    this.#paint.fillRect(0, 0, 320, 180)
    // Each device counts from a start of its own.
    void this.#writers[0]?.write(new VideoFrame(this.#paint.canvas, { timestamp: ms * 1000 }))
    const isLost = this.#loseSound && ms % 500 >= 300 && ms % 500 < 400
    if (!isLost) void this.#writers[1]?.write(tone(ms, isBeat))
  }
}

function tone(ms: number, isBeat: boolean): AudioData {
  const numberOfFrames = (sampleRate * frameMs) / 1000
  const data = Float32Array.from({ length: numberOfFrames }, (_, i) =>
    isBeat ? Math.sin((2 * Math.PI * 1000 * i) / sampleRate) / 2 : 0,
  )
  const timestamp = 7_000_000 + ms * 1000
  return new AudioData({ format: "f32-planar", sampleRate, numberOfFrames, numberOfChannels: 1, timestamp, data })
}
