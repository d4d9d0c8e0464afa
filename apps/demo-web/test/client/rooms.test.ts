import { webSocketTransport } from "@darkslide/rooms"
import { httpItems } from "@darkslide/rooms/channels"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { BrowserMemory } from "../../src/account/browser-memory.ts"
import { httpNearby } from "../../src/rooms/http-nearby.ts"
import { HubRooms } from "../../src/rooms/hub-rooms.ts"
import { AccountBooks, pageBook, type RoomBooks } from "../../src/rooms/room-book.ts"
import { startTestServer, storeOf, type Client, type TestServer } from "./client-fixture.ts"

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(async () => await server[Symbol.asyncDispose]())

const credentials = { handle: "ada", password: "slow amber lantern" }

/** A page's address that brought an invitation, or none. */
function addressOf(hash: string) {
  const page = {
    location: { hash, pathname: "/rooms", search: "" },
    history: {
      state: null,
      replaceState: (_state: unknown, _unused: string, url: string) => {
        page.location.hash = ""
        page.history.urls.push(url)
      },
      urls: [] as string[],
    },
    addEventListener: () => undefined,
  }
  return page
}

function roomsOf(client: Client, options: { readonly books?: RoomBooks; readonly hash?: string } = {}): HubRooms {
  return new HubRooms({
    page: addressOf(options.hash ?? ""),
    transport: () => webSocketTransport(`${server.url.replace("http", "ws")}/v1/hub`),
    items: (roomId, pass) => httpItems({ url: `${server.url}/v1/rooms/${roomId}/items`, pass }),
    nearby: httpNearby(client.api),
    books:
      options.books ?? new AccountBooks({ account: client.account, memory: new BrowserMemory(storeOf(client.store)) }),
    now: Date.now,
  })
}

/** Finds the server wherever it stands now. */
function stayingRooms(): HubRooms {
  return new HubRooms({
    page: addressOf(""),
    transport: () => ({
      connect: async (options) =>
        await webSocketTransport(`${server.url.replace("http", "ws")}/v1/hub`).connect(options),
    }),
    items: (roomId, pass) => httpItems({ url: `${server.url}/v1/rooms/${roomId}/items`, pass }),
    nearby: httpNearby(server.client().api),
    books: pageBook(),
    now: Date.now,
  })
}

const guest = (): HubRooms => roomsOf(server.client(), { books: pageBook() })

describe("the rooms of an account", () => {
  test("are kept sealed in the browser, and are there after a reload", async () => {
    const client = server.client()
    await client.account.createAccount(credentials)
    const rooms = roomsOf(client)
    expect(rooms.isKept).toBe(true)
    const live = await rooms.create({ kind: "room", title: "Kitchen", name: "Ann", door: "pair", password: "teapot" })
    const { id, self } = live.room
    expect(live.hasPassword).toBe(true)
    await live.room.leave()
    const kept = Buffer.concat(
      [...client.store.values()].flatMap((value) => (value instanceof Uint8Array ? [value] : [])),
    )
    for (const word of ["Kitchen", "teapot", id]) expect(kept.includes(word)).toBe(false)

    const reloaded = server.client(client.store)
    await reloaded.account.signIn(credentials)
    const again = roomsOf(reloaded)
    const [saved] = await again.saved()
    expect(saved).toMatchObject({ title: "Kitchen", roomId: id, password: "teapot" })
    const back = await again.enter(saved!, { name: "Ann" })
    // The others know this person again, and the password opens the door as before.
    expect(back.room.self).toMatchObject({ person: self.person, role: "owner" })
    const entry = { roomId: id, password: "teapot" }
    const joining = guest().join({ kind: "room", name: "Bo", entry })
    const knock = await vi.waitFor(() => {
      const [first] = back.knocks
      if (first) return first
      if (back.members.length > 1) return undefined
      throw new Error("nobody knocked")
    })
    if (knock) await back.answer(knock, true)
    const bo = await joining
    expect(bo.members.map(({ name }) => name)).toEqual(["Ann", "Bo"])
    const wrong = guest().join({ kind: "room", name: "Eve", entry: { ...entry, password: "kettle" } })
    await expect(wrong).rejects.toThrow(expect.objectContaining({ code: "ROOMS_CODE_WRONG" }))
    await vi.waitFor(() => expect(back.lines.at(-1)).toMatchObject({ note: { type: "attempt" } }))

    await again.verify(back, bo.room.self)
    expect(back.members[1]?.trust).toBe("verified")
    await again.forget(id)
    expect(await again.saved()).toEqual([])
    await bo.room.leave()
    await back.room.leave()
  })

  test("are forgotten with the page while nobody is unlocked", async () => {
    const client = server.client()
    const rooms = roomsOf(client)
    expect(rooms.isKept).toBe(false)
    const live = await rooms.create({ kind: "room", title: "", name: "Ann", door: "open" })
    expect(await rooms.saved()).toHaveLength(1)
    expect(await roomsOf(client).saved()).toEqual([])
    expect([...client.store.keys()].filter((key) => key.startsWith("rooms/"))).toEqual([])
    await live.room.leave()
  })
})

describe("a room that one is in", () => {
  test("can be waited for, and the waiting given up", async () => {
    const client = server.client()
    const host = await roomsOf(client).create({ kind: "room", title: "", name: "Ann", door: "knock" })
    const waiting = new AbortController()
    const asked = Promise.withResolvers<void>()
    const joining = guest().join({
      kind: "room",
      name: "Bo",
      entry: { invite: host.room.invite },
      signal: waiting.signal,
      onAsked: asked.resolve,
    })
    await asked.promise
    await vi.waitFor(() => expect(host.knocks).toHaveLength(1))
    waiting.abort(new DOMException("given up", "AbortError"))
    await expect(joining).rejects.toThrow("given up")
    await vi.waitFor(() => expect(host.knocks).toEqual([]))
    await host.room.leave()
  })

  test("is gone back into by itself when its server began anew, with what was said before", async () => {
    const [host, bo] = [stayingRooms(), stayingRooms()]
    const live = await host.create({ kind: "room", title: "Kitchen", name: "Ann", door: "open", password: "teapot" })
    const { id } = live.room
    const guestLive = await bo.join({ kind: "room", name: "Bo", entry: { invite: live.room.invite } })
    const { person } = guestLive.room.self
    await live.room.chat("before")
    await vi.waitFor(() => expect(guestLive.lines.at(-1)).toMatchObject({ text: "before" }))
    await server.restart(async () => undefined)
    await vi.waitFor(
      () => {
        for (const one of [host, bo]) {
          expect(one.live(id)).not.toBe(one === host ? live : guestLive)
          expect(one.live(id)?.members.map(({ name, role }) => `${name} ${role}`)).toEqual(["Ann owner", "Bo member"])
        }
      },
      { timeout: 20_000 },
    )
    const [ann, back] = [host.live(id)!, bo.live(id)!]
    expect([live.over?.error?.code, live.wayBack, back.title]).toEqual(["ROOMS_SESSION_LOST", undefined, "Kitchen"])
    expect(back.lines).toContainEqual(expect.objectContaining({ text: "before" }))
    expect(back.lines).toContainEqual(expect.objectContaining({ note: { type: "returned" } }))
    expect(back.room.self.person).toBe(person)
    await ann.room.chat("after")
    await vi.waitFor(() => expect(back.lines.at(-1)).toMatchObject({ text: "after" }))
    await back.room.leave()
    await ann.room.leave()
  })

  test("stays over where the way back was given up", async () => {
    const [host, bo] = [stayingRooms(), stayingRooms()]
    const live = await host.create({ kind: "room", title: "", name: "Ann", door: "knock" })
    const { id, invite } = live.room
    const joining = bo.join({ kind: "room", name: "Bo", entry: { invite } })
    await vi.waitFor(() => expect(live.knocks).toHaveLength(1))
    await live.answer(live.knocks[0]!, true)
    const guestLive = await joining
    await server.restart(async () => undefined)
    await vi.waitFor(() => expect(guestLive.wayBack).toEqual({ step: "asked" }), { timeout: 20_000 })
    guestLive.giveUpWayBack()
    await vi.waitFor(() => expect(guestLive.wayBack).toBeUndefined())
    expect([bo.live(id), guestLive.over?.error?.code]).toEqual([guestLive, "ROOMS_SESSION_LOST"])
    await host.live(id)!.room.leave()
  })

  test("is saved with its newest link", async () => {
    const host = await guest().create({ kind: "room", title: "", name: "Ann", door: "open" })
    const mine = guest()
    const signal = new AbortController()
    const live = await mine.join({
      kind: "room",
      name: "Bo",
      entry: { invite: host.room.invite },
      signal: signal.signal,
    })
    // Who is in stays in, whatever becomes of the page that let them in.
    signal.abort()
    const [before] = await mine.saved()
    await host.room.revokeLink()
    await vi.waitFor(async () => {
      const [after] = await mine.saved()
      expect(after?.secret).not.toBe(before?.secret)
    })
    await live.room.leave()
    const back = await mine.enter((await mine.saved())[0]!, { name: "Bo" })
    expect(back.members).toHaveLength(2)
    await back.room.leave()
    await host.room.leave()
  })

  test("is left again where its channel cannot be opened", async () => {
    const rooms = new HubRooms({
      page: addressOf(""),
      transport: () => webSocketTransport(`${server.url.replace("http", "ws")}/v1/hub`),
      items: () => httpItems({ url: "http://127.0.0.1:9/items", pass: () => "" }),
      nearby: httpNearby(server.client().api),
      books: pageBook(),
      now: Date.now,
    })
    const creating = rooms.create({ kind: "channel", title: "Harbour", name: "Ann", door: "open" })
    await expect(creating).rejects.toThrow(expect.objectContaining({ code: "ROOMS_UNREACHABLE" }))
    const [saved] = await rooms.saved()
    expect(rooms.live(saved?.roomId ?? "")?.over).toEqual({})
  })
})

describe("an invitation in the address", () => {
  test("is taken out of it, once", () => {
    const hash = "#1.gr2q7gf5lh6pzfdnurnkvputhp.AAAA"
    const rooms = roomsOf(server.client(), { books: pageBook(), hash })
    expect(rooms.arrival()).toBe(hash)
    rooms.forgetArrival()
    expect(rooms.arrival()).toBeUndefined()
    const page = addressOf(hash)
    const other = new HubRooms({
      page,
      transport: () => webSocketTransport("ws://127.0.0.1:9/"),
      items: () => httpItems({ url: "http://127.0.0.1:9/", pass: () => "" }),
      nearby: httpNearby(server.client().api),
      books: pageBook(),
      now: Date.now,
    })
    expect(other.arrival()).toBe(hash)
    expect(page.location.hash).toBe("")
    expect(page.history.urls).toEqual(["/rooms"])
  })
})

test("nearby is nothing where the server does not look around", async () => {
  expect(await guest().nearby()).toBeUndefined()
})
