import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { webSocketTransport } from "../../src/client/websocket-transport.ts"
import type { SignalConnection, SignalTransport } from "../../src/client/signal-transport.ts"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { createRoom } from "../../src/room/create-room.ts"
import { joinRoom } from "../../src/room/join-room.ts"
import { signal } from "../room/company.ts"
import { serveHub, type ServedHub } from "./served-hub.ts"

let hub: Hub
let served: ServedHub

beforeEach(async () => {
  hub = createHub({ log: memoryLog() })
  served = await serveHub(hub)
})

afterEach(async () => await served[Symbol.asyncDispose]())

/** Breaks the newest connection when it is told to. */
function breakable(): { transport: SignalTransport; drop: () => void } {
  const sockets = webSocketTransport(served.url)
  let newest: SignalConnection | undefined
  return {
    transport: {
      async connect(options) {
        newest = await sockets.connect(options)
        return newest
      },
    },
    drop: () => newest?.close(),
  }
}

describe("a room over WebSockets and Hono", () => {
  test("carries people and their words, over dropped connections", async () => {
    const options = { signal: signal(), door: "open" } as const
    const [host, guest] = [breakable(), breakable()]
    const { room: ann } = await createRoom({ transport: host.transport, name: "Ann", ...options })
    const entry = { invite: ann.invite }
    const bo = await joinRoom({ transport: guest.transport, name: "Bo", entry, signal: options.signal })
    const heard: string[] = []
    const listening = (async () => {
      for await (const event of bo.events()) {
        if (event.type === "chat") heard.push(event.text)
        if (heard.length === 20) return
      }
    })()
    for (let i = 0; i < 20; i++) {
      if (i % 5 === 2) guest.drop()
      if (i % 5 === 4) host.drop()
      await ann.chat(`word ${i}`)
    }
    await listening
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => `word ${i}`))
    expect(bo.members.map(({ name }) => name)).toEqual(["Ann", "Bo"])
    await bo.leave()
    await ann.leave()
  })

  test("refuses what is no text", async () => {
    const socket = new WebSocket(served.url)
    await new Promise((resolve) => socket.addEventListener("open", resolve))
    socket.send(new Uint8Array(4))
    const closed = await new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve))
    expect(closed.code).toBe(1003)
  })

  test("says so when there is no hub", async () => {
    await served[Symbol.asyncDispose]()
    const joining = createRoom({ transport: webSocketTransport(served.url), name: "Ann", signal: signal() })
    await expect(joining).rejects.toThrow(expect.objectContaining({ code: "ROOMS_UNREACHABLE" }))
  })
})
