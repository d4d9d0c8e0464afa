import type { SignalTransport } from "@darkslide/rooms"

/** A frame between this page and the hub, as the hub reads it. */
export interface WireFrame {
  readonly direction: "sent" | "received"
  /** What kind of message it is, in the hub's words. */
  readonly kind: string
  readonly bytes: number
  readonly text: string
}

const keptFrames = 40

/** What went over the wire of one room: sums of all, and the newest frames. */
export class WireRecord {
  sentBytes = 0
  receivedBytes = 0
  count = 0
  readonly frames: WireFrame[] = []

  add(direction: WireFrame["direction"], text: string): void {
    if (direction === "sent") this.sentBytes += text.length
    else this.receivedBytes += text.length
    this.count++
    this.frames.push({ direction, kind: /^\{"t":"([a-z]+)"/u.exec(text)?.[1] ?? "?", bytes: text.length, text })
    if (this.frames.length > keptFrames) this.frames.shift()
  }
}

/** Writes down what goes by. */
export function recorded(transport: SignalTransport, record: WireRecord): SignalTransport {
  return {
    async connect(options) {
      const connection = await transport.connect(options)
      return {
        send(text) {
          record.add("sent", text)
          connection.send(text)
        },
        messages: heard(connection.messages, record),
        close: () => connection.close(),
      }
    },
  }
}

async function* heard(messages: AsyncIterable<string>, record: WireRecord): AsyncGenerator<string> {
  for await (const text of messages) {
    record.add("received", text)
    yield text
  }
}
