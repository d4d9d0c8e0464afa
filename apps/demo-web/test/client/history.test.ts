import { openHistory, type HistoryRecord } from "@darkslide/metadata/history"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { AccountHistory } from "../../src/history/account-history.ts"
import { catchUp } from "../../src/history/catch-up.ts"
import { httpSegments } from "../../src/history/http-segments.ts"
import { photoOf, startTestServer, type Client, type TestServer } from "./client-fixture.ts"

let server: TestServer
let serial = 0

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => await server[Symbol.asyncDispose]())

const password = "slow amber lantern"
const record = (id: string, title = `picture ${id}`): HistoryRecord => ({ id, title })

async function newAccount(): Promise<{ handle: string; client: Client; history: AccountHistory }> {
  const handle = `history-${++serial}`
  const client = server.client()
  await client.account.createAccount({ handle, password })
  return { handle, client, history: historyOf(client) }
}

async function anotherBrowser(handle: string, store?: Map<string, unknown>) {
  const client = server.client(store)
  await client.account.signIn({ handle, password })
  return { client, history: historyOf(client) }
}

/** As in the page, without its worker. */
function historyOf({ account, api }: Client): AccountHistory {
  return new AccountHistory({
    account,
    start: async (options) => ({ history: await openHistory({ ...options, store: httpSegments(api) }), close() {} }),
  })
}

describe("the history of an account", () => {
  test("is found again by another browser, and its head stands in the account's state", async () => {
    const { handle, history, client } = await newAccount()
    await history.append([record("a"), record("b", "harbour at night")])
    const other = await anotherBrowser(handle)
    expect((await other.history.search({ words: "harbour" })).records).toEqual([record("b", "harbour at night")])
    const { head } = await other.history.summary()
    expect(client.account.unlocked().account.state.history).toEqual(head)
    expect(head.count).toBe(1)
    await other.history.remove(["b"])
    await history.refresh()
    expect((await history.search({})).records).toEqual([record("a")])
  })

  test("of two browsers that write at once loses nothing", async () => {
    const { handle, history } = await newAccount()
    const other = await anotherBrowser(handle)
    await Promise.all([
      ...["a", "b", "c"].map((id) => history.append([record(id)])),
      ...["d", "e", "f"].map((id) => other.history.append([record(id)])),
    ])
    await Promise.all([history.refresh(), other.history.refresh()])
    for (const { search } of [history, other.history].map((each) => ({ search: () => each.search({}) })))
      expect((await search()).total).toBe(6)
    const third = await anotherBrowser(handle)
    expect((await third.history.search({})).total).toBe(6)
  })

  test("that was cut, swapped or rolled back is refused, also by a browser that never saw it", async () => {
    const { handle, history, client } = await newAccount()
    await history.append([record("a")])
    await history.append([record("b")])
    const refusedBy = async (tamper: Client["tamper"]) => {
      const fresh = await anotherBrowser(handle)
      fresh.client.tamper = tamper
      return await fresh.history.search({}).then(
        () => "accepted",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
      )
    }
    const listing =
      (segments: readonly { number: number; bytes: number }[]): Client["tamper"] =>
      ({ path }, answer) =>
        path === "/v1/history" ? Response.json({ segments, next: null }) : answer
    const { length } = new Uint8Array(await (await fetchAs(client, "/v1/history/1")).arrayBuffer())
    const [one, two] = [1, 2].map((number) => ({ number, bytes: length }))
    expect(await refusedBy(listing([]))).toBe("HISTORY_ROLLED_BACK")
    expect(await refusedBy(listing([one!]))).toBe("HISTORY_ROLLED_BACK")
    expect(await refusedBy(listing([two!]))).toBe("HISTORY_INCOMPLETE")
    const swapped: Client["tamper"] = async ({ path }, answer) =>
      path === "/v1/history/2" ? await fetchAs(client, "/v1/history/1") : answer
    expect(await refusedBy(swapped)).toBe("HISTORY_TAMPERED")
    const cut: Client["tamper"] = async ({ path }, answer) =>
      path === "/v1/history/2" ? new Response((await answer.arrayBuffer()).slice(0, 100)) : answer
    expect(await refusedBy(cut)).toBe("HISTORY_TAMPERED")
    expect(await refusedBy((_, answer) => answer)).toBe("accepted")
  })

  test("becomes few segments again, in one request that removes the old ones", async () => {
    const { handle, history, client } = await newAccount()
    for (let number = 0; number < 12; number++) await history.append([record(`r${number}`)])
    const { segments } = (await (await fetchAs(client, "/v1/history")).json()) as { segments: { number: number }[] }
    expect(segments.length).toBeLessThan(12)
    expect(segments[0]!.number).toBeGreaterThan(1)
    const other = await anotherBrowser(handle)
    expect((await other.history.search({})).total).toBe(12)
  })

  test("goes out as JSON Lines and CSV, and comes back", async () => {
    const { history } = await newAccount()
    await history.append([record("a", "=1+1"), record("b")])
    const file = await history.exported("jsonl")
    expect(await (await history.exported("csv")).text()).toContain("'=1+1")
    const other = await newAccount()
    expect(await other.history.imported(file)).toBe(2)
    expect((await other.history.search({ sort: "added" })).total).toBe(2)
    const broken = new Blob([await file.text(), "{not json}\n"])
    const third = await newAccount()
    await expect(third.history.imported(broken)).rejects.toMatchObject({ code: "HISTORY_MALFORMED", line: 3 })
    expect((await third.history.search({})).total).toBe(0)
  })

  test("follows the Library: what is missing comes in, and what another browser deleted goes", async () => {
    const { handle, history, client } = await newAccount()
    const { signal } = new AbortController()
    const ids: string[] = []
    for (const seed of [1, 2, 3]) ids.push((await client.library.save(photoOf(seed))).captureId)
    expect(await catchUp({ library: client.library, history }, { signal })).toBe(3)
    const other = await anotherBrowser(handle)
    await other.client.library.delete(ids[1]!)
    expect((await history.search({})).total).toBe(3)
    expect(await catchUp({ library: client.library, history }, { signal })).toBe(1)
    const { records } = await history.search({})
    expect(records.map(({ id }) => id).toSorted()).toEqual([ids[0]!, ids[2]!].toSorted())
    expect(await catchUp({ library: client.library, history }, { signal })).toBe(0)
  })

  test("gives up no record for a deletion that no device of the account signed", async () => {
    const mine = await newAccount()
    const theirs = await newAccount()
    const { signal } = new AbortController()
    await mine.client.library.save(photoOf(1))
    await catchUp({ library: mine.client.library, history: mine.history }, { signal })
    const { captureId } = await theirs.client.library.save(photoOf(2))
    await theirs.client.library.delete(captureId)
    mine.client.tamper = async ({ path }, answer) =>
      path === "/v1/tombstones" ? await fetchAs(theirs.client, "/v1/tombstones") : answer
    const followed = catchUp({ library: mine.client.library, history: mine.history }, { signal })
    await expect(followed).rejects.toMatchObject({ code: "CAPTURE_UNSIGNED" })
    expect((await mine.history.search({})).total).toBe(1)
  })

  test("ends with the keys", async () => {
    const { history, client } = await newAccount()
    await history.append([record("a")])
    await client.account.signOut()
    await expect(history.search({})).rejects.toMatchObject({ code: "NOT_SIGNED_IN" })
  })
})

async function fetchAs({ api }: Client, path: string): Promise<Response> {
  return await fetch(new URL(path, server.url), { headers: api.headers })
}
