import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { createRoom, joinRoom, returnToRoom, webSocketTransport } from "@darkslide/rooms"
import { intercept, openChannel, tapOf, type ItemTransport } from "@darkslide/rooms/channels"
import { maxFrameBytes, maxItemBytes } from "@darkslide/rooms/server"
import { readFile, readdir } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { WebSocket } from "ws"
import { problemCode } from "../server-fixture.ts"
import { meeting, type Meeting } from "./meeting.ts"

const code = (name: string): Error => expect.objectContaining({ code: name }) as Error
const jpeg = { type: "image/jpeg" } as const

function untilEnd(): AbortSignal {
  const controller = new AbortController()
  onTestFinished(() => controller.abort(new Error("the test is over")))
  return controller.signal
}

async function pair({ transport }: Meeting) {
  const signal = untilEnd()
  const { room: ann, owner } = await createRoom({ transport, name: "Ann of the lighthouse", signal })
  const bo = await joinRoom({
    transport,
    name: "Bo of the lighthouse",
    entry: { invite: ann.invite },
    role: "receiver",
    signal,
  })
  return { ann, bo, owner, signal }
}

/** How the hub's socket answers a connection with these headers: opened, or an HTTP status. */
async function knockAt(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const socket = new WebSocket(url, { headers })
  return await new Promise<number>((resolve) => {
    socket.on("open", () => {
      resolve(101)
      socket.close()
    })
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0))
    socket.on("error", () => undefined)
  })
}

describe("the hub of the server", () => {
  test("carries a room, and keeps it over a restart", async () => {
    const first = await meeting()
    const { ann, bo, owner } = await pair(first)
    const heard = (async () => {
      for await (const event of bo.events()) if (event.type === "chat") return event.text
      return undefined
    })()
    await ann.chat("hello")
    expect(await heard).toBe("hello")
    await bo.leave()
    await ann.leave()
    await first.stop()
    const second = await meeting({ DARKSLIDE_DATA: first.folder })
    const again = await returnToRoom({ transport: second.transport, name: "Ann", owner, signal: untilEnd() })
    expect(again.id).toBe(owner.roomId)
    await again.clear()
    const gone = returnToRoom({ transport: second.transport, name: "Ann", owner, signal: untilEnd() })
    await expect(gone).rejects.toThrow(code("ROOMS_EXPIRED"))
  })

  test("opens to its own pages, to those that are allowed, and to what is no browser", async () => {
    const { hubUrl, url } = await meeting({ DARKSLIDE_ORIGINS: "https://photos.example" })
    expect(await knockAt(hubUrl, {})).toBe(101)
    expect(await knockAt(hubUrl, { origin: url })).toBe(101)
    expect(await knockAt(hubUrl, { origin: "https://photos.example" })).toBe(101)
    expect(await knockAt(hubUrl, { origin: "https://evil.example" })).toBe(403)
    expect(await knockAt(hubUrl, { origin: "null" })).toBe(403)
    expect(await problemCode(await fetch(`${url}/v1/hub`))).toBe("REQUEST_MALFORMED")
  })

  test("counts connections of an address, and cuts off frames that are too long", async () => {
    const { hubUrl } = await meeting({ DARKSLIDE_HUB_CONNECTIONS_PER_ADDRESS: "2" })
    const socket = new WebSocket(hubUrl)
    await new Promise((resolve) => socket.on("message", resolve))
    socket.send("x".repeat(maxFrameBytes + 1))
    // RFC 6455 section 7.4.1: too big to process.
    expect(await new Promise((resolve) => socket.on("close", resolve))).toBe(1009)
    expect(await knockAt(hubUrl, {})).toBe(101)
    expect(await knockAt(hubUrl, {})).toBe(429)
  })

  test("says goodbye when the server stops", async () => {
    const here = await meeting()
    const { bo } = await pair(here)
    const dropped = (async () => {
      for await (const event of bo.events()) if (event.type === "connection") return event.state
      return undefined
    })()
    await here.stop()
    expect(await dropped).toBe("reconnecting")
  })
})

describe("items of a channel", () => {
  test("go to those in the room, and leave no file, row or byte", async () => {
    const here = await meeting()
    const { ann, bo, signal } = await pair(here)
    const channelOf = async (room: typeof ann) =>
      await openChannel(room, { items: here.items(room.id, () => room.pass), signal })
    const [sending, receiving] = [await channelOf(ann), await channelOf(bo)]
    await vi.waitFor(() => expect(sending.readers).toHaveLength(2))
    const tap = await intercept({
      transport: here.transport,
      tap: tapOf(ann.invite),
      items: (pass) => here.items(ann.id, () => pass),
      signal,
    })
    const picture = new TextEncoder().encode(`the lighthouse ${toBase64Url(randomBytes(20_000))}`)
    await sending.post(picture, jpeg)
    const item = await vi.waitFor(() => {
      const [found] = receiving.items
      if (!found) throw new Error("nothing was announced")
      return found
    })
    expect(await receiving.open(item)).toEqual(picture)
    for await (const event of tap.events()) {
      if (event.type !== "stored") continue
      const [name] = await readdir(join(here.folder, "room-items"))
      expect(event.bytes).toEqual(new Uint8Array(await readFile(join(here.folder, "room-items", name ?? ""))))
      break
    }
    const sealed = await readAll(here.folder)
    for (const word of ["lighthouse", "image/jpeg"]) expect(sealed.includes(word)).toBe(false)

    const sample = (await here.items(ann.id, () => ann.pass).get(item.id, { maxBytes: maxItemBytes }))?.sealed
    const piece = Buffer.from(sample!.subarray(500, 600))
    expect(sealed.includes(piece)).toBe(true)
    await sending.beginSession()
    expect(await readdir(join(here.folder, "room-items"))).toEqual([])
    expect((await readAll(here.folder)).includes(piece)).toBe(false)
    await here.stop()
    const rows = new DatabaseSync(join(here.folder, "rooms.sqlite"))
    expect(rows.prepare("select count(*) as n from room_items").get()).toEqual({ n: 0 })
    rows.close()
  })

  test("want a pass of that room, and from who only listens no change", async () => {
    const here = await meeting()
    const { ann, bo, signal } = await pair(here)
    const { room: other } = await createRoom({ transport: here.transport, name: "Cy", signal })
    const id = toBase64Url(randomBytes(16))
    const item = { id, sealed: new Uint8Array(100), ttlMs: 60_000, maxReads: 1 }
    const withPass = (pass: string): ItemTransport => here.items(ann.id, () => pass)
    for (const pass of ["", "x".repeat(43), other.pass]) {
      const items = withPass(pass)
      await expect(items.put(item)).rejects.toThrow(code("ROOMS_FORBIDDEN"))
      await expect(items.list()).rejects.toThrow(code("ROOMS_FORBIDDEN"))
      await expect(items.get(id, { maxBytes: 1 })).rejects.toThrow(code("ROOMS_FORBIDDEN"))
      await expect(items.clear()).rejects.toThrow(code("ROOMS_FORBIDDEN"))
    }
    await withPass(ann.pass).put(item)
    await withPass(ann.pass).put(item)
    const changed = withPass(ann.pass).put({ ...item, sealed: new Uint8Array(99) })
    await expect(changed).rejects.toThrow(code("ROOMS_FORBIDDEN"))
    const passes: string[] = []
    const tap = await intercept({
      transport: here.transport,
      tap: tapOf(ann.invite),
      items: (pass) => withPass(passes[passes.push(pass) - 1] ?? ""),
      signal,
    })
    const listening = withPass(passes[0] ?? "")
    expect((await listening.list()).map((held) => held.id)).toEqual([id])
    await expect(listening.clear()).rejects.toThrow(code("ROOMS_FORBIDDEN"))
    expect((await listening.get(id, { maxBytes: 100 }))?.readsLeft).toBe(1)
    await expect(withPass(bo.pass).get(id, { maxBytes: 99 })).rejects.toThrow(code("ROOMS_FORGED"))
    expect(await withPass(bo.pass).get(id, { maxBytes: 100 })).toBeUndefined()
    expect(await withPass(bo.pass).has(id)).toBe(false)
    tap.close()
  })

  test("have limits", async () => {
    const here = await meeting({ DARKSLIDE_ROOM_ITEMS_PER_ADDRESS: "51" })
    const { ann } = await pair(here)
    const items = here.items(ann.id, () => ann.pass)
    const item = () => ({ id: toBase64Url(randomBytes(16)), sealed: new Uint8Array(10), ttlMs: 60_000, maxReads: 1 })
    await expect(items.put({ ...item(), sealed: new Uint8Array(maxItemBytes + 1) })).rejects.toThrow(
      code("ROOMS_LIMIT_EXCEEDED"),
    )
    for (let i = 0; i < 50; i++) await items.put(item())
    const put = async (pass: string, query: string, id: string): Promise<string> => {
      const headers = { authorization: `Bearer ${pass}`, "content-type": "application/octet-stream" }
      const url = `${here.url}/v1/rooms/${ann.id}/items/${id}?${query}`
      return await problemCode(await fetch(url, { method: "PUT", headers, body: new Uint8Array(10) }))
    }
    expect(await put(ann.pass, "ttlMs=0&maxReads=1", item().id)).toBe("REQUEST_INVALID")
    expect(await put(ann.pass, "ttlMs=10", item().id)).toBe("REQUEST_INVALID")
    expect(await put(ann.pass, "ttlMs=10&maxReads=1", "..")).toMatch(/NOT_FOUND|REQUEST_INVALID/)
    expect(await put(ann.pass, "ttlMs=10&maxReads=1", item().id)).toBe("ROOM_ITEMS_FULL")
    expect(await put(ann.pass, "ttlMs=10&maxReads=1", item().id)).toBe("RATE_LIMITED")
  })

  test("are described in the OpenAPI document", async () => {
    const { url } = await meeting()
    const { paths } = (await (await fetch(`${url}/v1/openapi.json`)).json()) as { paths: Record<string, object> }
    expect(Object.keys(paths["/v1/rooms/{room}/items/{id}"] ?? {})).toEqual(["put", "get"])
    expect(Object.keys(paths["/v1/rooms/{room}/items"] ?? {})).toEqual(["get", "delete"])
    expect(Object.keys(paths["/v1/hub"] ?? {})).toEqual(["get"])
    expect(Object.keys(paths["/v1/rooms/{room}/forwarding"] ?? {})).toEqual(["post"])
  })

  test("tells a client that nobody is there", async () => {
    const transport = webSocketTransport("ws://127.0.0.1:9/v1/hub")
    await expect(createRoom({ transport, name: "Ann" })).rejects.toThrow(code("ROOMS_UNREACHABLE"))
  })
})

async function readAll(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Buffer.concat(await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))))
}
