import { serve, upgradeWebSocket } from "@hono/node-server"
import { Hono } from "hono"
import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { WebSocketServer } from "ws"
import { webSocketTransport } from "../../src/client/websocket-transport.ts"
import type { SignalConnection, SignalTransport } from "../../src/client/signal-transport.ts"
import { createHub, type Hub } from "../../src/hub/hub.ts"
import { hubSocketEvents, runHub } from "../../src/hub/hub-sockets.ts"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { maxFrameBytes } from "../../src/wire/parts.ts"
import { createRoom } from "../../src/room/create-room.ts"
import { joinRoom } from "../../src/room/join-room.ts"
import { signal } from "../room/company.ts"

let hub: Hub
let url = ""
let stop = async (): Promise<void> => {}

beforeEach(async () => {
  hub = createHub({ log: memoryLog() })
  const app = new Hono().get(
    "/hub",
    upgradeWebSocket(() => hubSocketEvents(hub)),
  )
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
  // Under exactOptionalPropertyTypes the types of ws and Hono do not meet.
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve(
      { fetch: app.fetch, port: 0, hostname: "127.0.0.1", websocket: { server: sockets as never } },
      () => resolve(started),
    )
  })
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/hub`
  const stopHub = runHub(hub)
  stop = async () => {
    stopHub()
    for (const socket of sockets.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
  }
})

afterEach(async () => await stop())

/** Breaks the newest connection when it is told to. */
function breakable(): { transport: SignalTransport; drop: () => void } {
  const sockets = webSocketTransport(url)
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
    const socket = new WebSocket(url)
    await new Promise((resolve) => socket.addEventListener("open", resolve))
    socket.send(new Uint8Array(4))
    const closed = await new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve))
    expect(closed.code).toBe(1003)
  })

  test("says so when there is no hub", async () => {
    await stop()
    stop = async () => {}
    const joining = createRoom({ transport: webSocketTransport(url), name: "Ann", signal: signal() })
    await expect(joining).rejects.toThrow(expect.objectContaining({ code: "ROOMS_UNREACHABLE" }))
  })
})
