import { readFrames } from "../frames/read-frames.ts"
import { FrameEncoder } from "./frame-encoder.ts"
import { frameInMemory } from "./frame-in-memory.ts"
import { frameThumbnail } from "./frame-thumbnail.ts"
import { endOf, PacketRing, type Packet } from "./packet-ring.ts"
import type { FromWorker, MadeFile, ToWorker } from "./recorder-messages.ts"
import type { SoundCut } from "./sound-cut.ts"
import type { SoundRing } from "./sound-ring.ts"
import type { SoundHandle } from "./sound-source.ts"
import { Take, type EndedBy, type Piece } from "./take.ts"

type Start = Extract<ToWorker, { type: "start" }>
type Record = Extract<ToWorker, { type: "record" }>
type Tell = (message: FromWorker, transfer?: Transferable[]) => void

interface RunningTake {
  readonly id: string
  readonly take: Take
  /** Segments and the whole are made one after the other, in their order. */
  making: Promise<void>
  /** See `SoundRing.shiftUs`. */
  soundShiftUs: number | undefined
}

/** The worker's half of a recorder: frames into a ring, and recordings out of it. */
export class RingRecorder {
  readonly #start: Start
  readonly #tell: Tell
  readonly #ring: PacketRing
  /** Those that still take frames. */
  readonly #takes = new Map<string, RunningTake>()
  /** Files that are being made, also of recordings that have ended. */
  readonly #making = new Set<Promise<void>>()
  #encoder: FrameEncoder | undefined
  #sound: SoundRing | undefined
  #isThumbnailDue = false
  /** Of an encoder that has given nothing yet. */
  #size: { readonly width: number; readonly height: number } | undefined
  /** The encoder cannot read what the camera gives: it gets copies. */
  #isCopying = false
  /** Frames are only closed from now on. */
  #isOver = false

  constructor(start: Start, tell: Tell) {
    this.#start = start
    this.#tell = tell
    this.#ring = new PacketRing({ keepSeconds: start.keepSeconds, maxBytes: start.maxRingBytes })
  }

  /** Reads until the source ends, which it does after `close` too. Every frame is closed here. */
  async run(): Promise<void> {
    const { sound, frames } = this.#start
    const reader = (await readFrames(frames)).getReader()
    const listening = sound ? this.#listen(sound) : undefined
    for (;;) {
      const { value: frame, done } = await reader.read()
      if (done) break
      try {
        if (!this.#isOver) await this.#take(frame)
      } catch (error) {
        this.fail(error)
      } finally {
        frame.close()
      }
    }
    await this.#endAll("camera")
    this.#encoder?.close()
    this.#tell({ type: "ended" })
    await listening
  }

  record({ id, startAt, triggeredAt, maxSeconds, maxBytes, segmentSeconds }: Record): void {
    const take = new Take({ triggeredAt, maxSeconds, maxBytes, segmentSeconds })
    const running = { id, take, making: Promise.resolve(), soundShiftUs: undefined }
    this.#takes.set(id, running)
    this.#isThumbnailDue = true
    for (const packet of this.#ring.since(startAt)) this.#give(running, packet)
  }

  async stop(id: string): Promise<void> {
    await this.#flush()
    const running = this.#takes.get(id)
    if (running) this.#end(running, "stop")
  }

  discard(id: string): void {
    this.#takes.delete(id)
  }

  /** Gives up what is recorded. The page has ended the source: `run` resolves once that is read. */
  close(): void {
    this.#isOver = true
    this.#takes.clear()
  }

  /** Sound that ends or fails takes no picture with it. */
  async #listen(handle: SoundHandle): Promise<void> {
    try {
      const { SoundRing } = await import("./sound-ring.ts")
      this.#sound = new SoundRing(handle)
      await this.#sound.run()
    } catch {
      // An encoder that gave up or a microphone that became another: for who records, it ended.
    }
    this.#tell({ type: "sound-ended" })
  }

  async #take(frame: VideoFrame): Promise<void> {
    const at = performance.timeOrigin + performance.now()
    if (!this.#isCopying) return this.#encode(frame, at)
    const copy = await frameInMemory(frame)
    this.#encode(copy, at)
    copy.close()
  }

  #encode(frame: VideoFrame, at: number): void {
    this.#encoder ??= this.#openEncoder(frame)
    const timestampUs = this.#encoder.encode(frame, at, this.#thumbnailOf(frame))
    if (timestampUs !== undefined) this.#sound?.seePicture(timestampUs, at)
  }

  #openEncoder(frame: VideoFrame): FrameEncoder {
    const size = { width: frame.displayWidth, height: frame.displayHeight }
    const isOpaque = frame.format === null
    const encoder = new FrameEncoder(this.#start, size, {
      give: (packet) => this.#packet(packet),
      fail: (error) => (isOpaque ? this.#copyFromNowOn() : this.fail(error)),
    })
    this.#size = { width: size.width & ~1, height: size.height & ~1 }
    return encoder
  }

  /** An encoder in software cannot read frames that stay with the graphics hardware: the next frame opens another. */
  #copyFromNowOn(): void {
    this.#isCopying = true
    this.#encoder = undefined
  }

  /** @param id - The recording that alone failed; absent: all of it, and frames are read on only to be closed. */
  fail(error: unknown, id?: string): void {
    if (id === undefined) this.close()
    this.#tell({ type: "failed", id, message: error instanceof Error ? error.message : String(error) })
  }

  /** While something is recorded: of its first frame, and of each that may begin a segment. */
  #thumbnailOf(frame: VideoFrame): Promise<Blob | undefined> | undefined {
    const isSegmentStart = this.#takes.size > 0 && this.#encoder?.isKeyDue(frame.timestamp) === true
    if (!this.#isThumbnailDue && !isSegmentStart) return undefined
    this.#isThumbnailDue = false
    return frameThumbnail(frame)
  }

  async #flush(): Promise<void> {
    const encoder = this.#encoder
    try {
      await encoder?.flush()
    } catch (error) {
      // What waits in an encoder that was given up is lost, as its other frames are.
      if (encoder === this.#encoder) throw error
    }
  }

  #packet(packet: Packet): void {
    if (this.#size) this.#tell({ type: "ready", ...this.#size })
    this.#size = undefined
    this.#ring.push(packet)
    for (const running of this.#takes.values()) this.#give(running, packet)
    if (packet.isKey) this.#forgetSound()
  }

  /** What no recording has begun with, and none can begin with any more. */
  #forgetSound(): void {
    const firsts = [this.#ring, ...[...this.#takes.values()].map(({ take }) => take)].map(({ packets }) => packets[0])
    const starts = firsts.map((first) => first?.timestampUs ?? Infinity)
    this.#sound?.forget(Math.min(...starts))
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
    await this.#flush()
    for (const running of this.#takes.values()) this.#end(running, endedBy)
    await Promise.all(this.#making)
  }

  #makeSegment(running: RunningTake, { packets, index, isLast, endUs }: Piece): void {
    const sound = this.#soundOf(running, packets, endUs)
    this.#inTurn(running, async () => {
      const file = await this.#makeFile(packets, running.take.packets, { endUs, sound: await sound })
      this.#tell({ type: "segment", id: running.id, index, isLast, ...file }, [file.bytes])
    })
  }

  #makeClip(running: RunningTake, endedBy: EndedBy): void {
    const { id, take } = running
    this.#takes.delete(id)
    const sound = this.#soundOf(running, take.packets, undefined)
    this.#inTurn(running, async () => {
      const file = await this.#makeFile(take.packets, take.packets, { endUs: undefined, sound: await sound })
      this.#tell({ type: "clip", id, endedBy, ...file }, [file.bytes])
    })
  }

  async #soundOf(
    running: RunningTake,
    packets: readonly Packet[],
    endUs: number | undefined,
  ): Promise<SoundCut | undefined> {
    const [first] = packets
    if (!this.#sound || !first) return undefined
    running.soundShiftUs ??= this.#sound.shiftUs
    const range = { startUs: first.timestampUs, endUs: endOf(packets, endUs), shiftUs: running.soundShiftUs }
    return await this.#sound.cut(range)
  }

  #inTurn(running: RunningTake, work: () => Promise<void>): void {
    const making = running.making.then(work).catch((error: unknown) => this.fail(error, running.id))
    running.making = making
    this.#making.add(making)
    void making.then(() => this.#making.delete(making))
  }

  /** @param all - Where a thumbnail is looked for when the packets have none. */
  async #makeFile(
    packets: readonly Packet[],
    all: readonly Packet[],
    more: { readonly endUs: number | undefined; readonly sound: SoundCut | undefined },
  ): Promise<MadeFile> {
    if (packets.length === 0) throw new Error("the camera gave no picture")
    const { muxPackets } = await import("./mux.ts")
    const shown = [...packets, ...all].find((packet) => packet.thumbnail !== undefined)
    return {
      ...(await muxPackets(packets, this.#start.format, more)),
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
