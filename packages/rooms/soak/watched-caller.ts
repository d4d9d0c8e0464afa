import type { Room } from "@darkslide/rooms"
import { Call } from "../src/media/call.ts"
import { joinCall } from "../src/media/join-call.ts"
import type { RoomEvent } from "../src/room/events.ts"
import { deafRoom } from "../test/media/deaf-room.ts"
import type { FrameNote, WorkerNotes } from "./frame-notes.ts"

declare const MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => {
  readonly readable: ReadableStream<VideoFrame>
}

/** Somebody in a call who closes no connection to those who leave, with all that goes through their worker. */
export class WatchedCaller {
  readonly room: Room
  readonly call: Call
  readonly #port: MessagePort
  /** RTP timestamps of pictures that were shown, by whose they are. */
  readonly #shown = new Map<number, Set<number>>()
  /** The first picture of each of the others. */
  readonly firstPictures = new Map<number, number>()

  private constructor(room: Room, call: Call, port: MessagePort) {
    this.room = room
    this.call = call
    this.#port = port
    void this.#watch()
  }

  /** @param isHeard - What of the room reaches the call: for changed clients. */
  static async enter(room: Room, isHeard: (event: RoomEvent) => boolean, stream: MediaStream): Promise<WatchedCaller> {
    const { port1, port2 } = new MessageChannel()
    const createWorker = (): Worker => {
      const worker = new Worker(new URL("./watched-worker.ts", import.meta.url), { type: "module" })
      worker.postMessage({ type: "watch", port: port2 }, [port2])
      return worker
    }
    const call = await joinCall(deafRoom(room, isHeard), { stream, createWorker, codecs: ["VP8"], statisticsMs: 0 })
    return new WatchedCaller(room, call, port1)
  }

  get leafIndex(): number {
    return this.room.keys.leafIndex
  }

  /** What went through the worker until then, in milliseconds since 1970; each frame is told once. */
  async notesUntil(until: number): Promise<WorkerNotes> {
    return await new Promise((resolve) => {
      this.#port.onmessage = ({ data }: MessageEvent<WorkerNotes>) => resolve(data)
      this.#port.postMessage(until)
    })
  }

  hasShown({ leafIndex = -1, rtpTimestamp }: FrameNote): boolean {
    return this.#shown.get(leafIndex)?.has(rtpTimestamp) === true
  }

  /** Lets go of somebody who left the room. */
  forget(leaf: string): void {
    Call.pathOf(this.call).leave(leaf)
  }

  async #watch(): Promise<void> {
    for await (const event of this.call.events())
      if (event.type === "stream" && event.source === "camera") void this.#note(event.member.leafIndex, event.track)
  }

  async #note(leafIndex: number, track: MediaStreamTrack): Promise<void> {
    const shown = new Set<number>()
    this.#shown.set(leafIndex, shown)
    this.firstPictures.delete(leafIndex)
    for await (const frame of new MediaStreamTrackProcessor({ track, maxBufferSize: 30 }).readable) {
      const { rtpTimestamp } = (frame as VideoFrame & { metadata(): { rtpTimestamp?: number } }).metadata()
      frame.close()
      if (rtpTimestamp !== undefined) shown.add(rtpTimestamp)
      if (!this.firstPictures.has(leafIndex)) this.firstPictures.set(leafIndex, Date.now())
    }
  }
}
