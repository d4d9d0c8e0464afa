import { readFrames } from "../read-frames.ts"
import { FrameEncoder } from "./frame-encoder.ts"
import { frameThumbnail } from "./frame-thumbnail.ts"
import { PacketRing, type Packet } from "./packet-ring.ts"
import type { FromWorker, MadeFile, ToWorker } from "./recorder-messages.ts"
import { Take, type EndedBy, type Piece } from "./take.ts"

type Start = Extract<ToWorker, { type: "start" }>
type Record = Extract<ToWorker, { type: "record" }>
type Tell = (message: FromWorker, transfer?: Transferable[]) => void

interface RunningTake {
  readonly id: string
  readonly take: Take
  /** Segments and the whole are made one after the other, in their order. */
  making: Promise<void>
}

/** The worker's half of a recorder: frames into a ring, and recordings out of it. */
export class RingRecorder {
  readonly #start: Start
  readonly #tell: Tell
  readonly #ring: PacketRing
  readonly #frames: ReadableStreamDefaultReader<VideoFrame>
  readonly #takes = new Map<string, RunningTake>()
  #encoder: FrameEncoder | undefined
  #isThumbnailDue = false

  constructor(start: Start, tell: Tell) {
    this.#start = start
    this.#tell = tell
    this.#ring = new PacketRing({ keepSeconds: start.keepSeconds, maxBytes: start.maxRingBytes })
    this.#frames = readFrames(start.frames).getReader()
  }

  /** Reads until the camera stops or `close`. Every frame is closed here. */
  async run(): Promise<void> {
    for (;;) {
      const { value: frame, done } = await this.#frames.read()
      if (done) break
      try {
        this.#take(frame)
      } finally {
        frame.close()
      }
    }
    await this.#endAll("camera")
    this.#encoder?.close()
    this.#tell({ type: "ended" })
  }

  record({ id, startAt, triggeredAt, maxSeconds, maxBytes, segmentSeconds }: Record): void {
    const take = new Take({ triggeredAt, maxSeconds, maxBytes, segmentSeconds })
    const running = { id, take, making: Promise.resolve() }
    this.#takes.set(id, running)
    this.#isThumbnailDue = true
    for (const packet of this.#ring.since(startAt)) this.#give(running, packet)
  }

  async stop(id: string): Promise<void> {
    await this.#encoder?.flush()
    const running = this.#takes.get(id)
    if (running) this.#end(running, "stop")
  }

  discard(id: string): void {
    this.#takes.delete(id)
  }

  async close(): Promise<void> {
    this.#takes.clear()
    await this.#frames.cancel()
  }

  #take(frame: VideoFrame): void {
    const at = performance.timeOrigin + performance.now()
    this.#encoder ??= this.#openEncoder(frame)
    this.#encoder.encode(frame, at, this.#thumbnailOf(frame))
  }

  #openEncoder(frame: VideoFrame): FrameEncoder {
    const size = { width: frame.displayWidth, height: frame.displayHeight }
    const encoder = new FrameEncoder(this.#start, size, {
      give: (packet) => this.#packet(packet),
      fail: (error) => this.fail(error),
    })
    this.#tell({ type: "ready", width: size.width & ~1, height: size.height & ~1 })
    return encoder
  }

  /** @param id - The recording that alone failed; absent: all of it. */
  fail(error: unknown, id?: string): void {
    this.#tell({ type: "failed", id, message: error instanceof Error ? error.message : String(error) })
  }

  /** While something is recorded: of its first frame, and of each that may begin a segment. */
  #thumbnailOf(frame: VideoFrame): Promise<Blob | undefined> | undefined {
    const isSegmentStart = this.#takes.size > 0 && this.#encoder?.isKeyDue(frame.timestamp) === true
    if (!this.#isThumbnailDue && !isSegmentStart) return undefined
    this.#isThumbnailDue = false
    return frameThumbnail(frame)
  }

  #packet(packet: Packet): void {
    this.#ring.push(packet)
    for (const running of this.#takes.values()) this.#give(running, packet)
  }

  #give(running: RunningTake, packet: Packet): void {
    const { id, take } = running
    if (take.endedBy !== undefined) return
    const piece = take.push(packet)
    if (piece) this.#makeSegment(running, piece)
    if (take.endedBy !== undefined) this.#makeClip(running, take.endedBy)
    else if (packet.isKey) this.#tell({ type: "progress", id, ...progressOf(take) })
  }

  #end(running: RunningTake, endedBy: EndedBy): void {
    const piece = running.take.end(endedBy)
    if (piece) this.#makeSegment(running, piece)
    this.#makeClip(running, endedBy)
  }

  async #endAll(endedBy: EndedBy): Promise<void> {
    await this.#encoder?.flush()
    const running = [...this.#takes.values()]
    for (const each of running) this.#end(each, endedBy)
    await Promise.all(running.map(({ making }) => making))
  }

  #makeSegment(running: RunningTake, { packets, index, isLast, endUs }: Piece): void {
    this.#inTurn(running, async () => {
      const file = await this.#makeFile(packets, running.take.packets, endUs)
      this.#tell({ type: "segment", id: running.id, index, isLast, ...file }, [file.bytes])
    })
  }

  #makeClip(running: RunningTake, endedBy: EndedBy): void {
    const { id, take } = running
    this.#takes.delete(id)
    this.#inTurn(running, async () => {
      const file = await this.#makeFile(take.packets, take.packets)
      this.#tell({ type: "clip", id, endedBy, ...file }, [file.bytes])
    })
  }

  #inTurn(running: RunningTake, work: () => Promise<void>): void {
    running.making = running.making.then(work).catch((error: unknown) => this.fail(error, running.id))
  }

  /** @param all - Where a thumbnail is looked for when the packets have none. */
  async #makeFile(packets: readonly Packet[], all: readonly Packet[], endUs?: number): Promise<MadeFile> {
    if (packets.length === 0) throw new Error("the camera gave no picture")
    const { muxPackets } = await import("./mux.ts")
    const shown = [...packets, ...all].find((packet) => packet.thumbnail !== undefined)
    return {
      ...(await muxPackets(packets, this.#start.format, endUs)),
      startedAt: packets[0]?.at ?? 0,
      thumbnail: await shown?.thumbnail,
    }
  }
}

function progressOf(take: Take): { seconds: number; bytes: number; frames: number } {
  const { packets, bytes } = take
  const [first, last] = [packets[0], packets.at(-1)]
  return {
    seconds: first && last ? (last.timestampUs - first.timestampUs) / 1e6 : 0,
    bytes,
    frames: packets.length,
  }
}
