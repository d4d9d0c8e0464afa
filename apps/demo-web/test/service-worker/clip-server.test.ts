import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { ClipKey } from "../../src/playback/clip-messages.ts"
import { ClipServer } from "../../src/service-worker/clip-server.ts"
import { startTestServer, type Client, type Tamper, type TestServer } from "../client/client-fixture.ts"

const video = new Uint8Array(1_000_000).map((_, i) => (i * 31 + (i >> 8)) & 0xff)
const page = "page 1"

let server: TestServer
let client: Client
let captureId: string
let tamper: Tamper | undefined
/** What each page shows. */
let shown: Map<string, ClipKey>
let asked: string[]
let refused: string[]
let requests: string[]
let clips: ClipServer

beforeAll(async () => {
  server = await startTestServer()
  client = server.client()
  await client.account.createAccount({ handle: "clips", password: "correct horse battery staple" })
  const blob = new Blob([video], { type: "video/mp4" })
  ;({ captureId } = await client.library.saveClip({ blob, thumbnail: new Blob(["small"]), startedAt: 1.5 }))
  await client.library.play(captureId)
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  tamper = undefined
  shown = new Map([[page, client.played.get(captureId)!]])
  ;[asked, refused, requests] = [[], [], []]
  clips = new ClipServer({
    base: new URL(server.url),
    async fetch(input, init) {
      const path = new URL(String(input)).pathname
      requests.push(`${path.split("/").at(-1)} ${new Headers(init?.headers).get("Range")}`)
      const answer = await fetch(String(input), init)
      return (await tamper?.({ method: "GET", path }, answer)) ?? answer
    },
    async askForKey(pageId, id) {
      asked.push(`${pageId} ${id}`)
      return shown.get(pageId)
    },
    refuse: (pageId, id, code) => refused.push(`${pageId} ${id} ${code}`),
  })
})

async function get(range: string | undefined, pageId: string = page): Promise<Response> {
  const headers = new Headers(range === undefined ? {} : { Range: range })
  return await clips.respond({ headers, method: "GET" }, pageId, captureId)
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer())
}

describe("a clip in the service worker", () => {
  test("is in the Library as a clip, of the time when it began", async () => {
    const item = await client.library.item(captureId)
    expect(item).toMatchObject({ kind: "clip", mediaType: "video/mp4", mediaBytes: video.length, createdAt: 2 })
  })

  test("is given range by range, and only the chunks of a range are fetched", async () => {
    const answer = await get("bytes=900000-900099")
    expect(answer.status).toBe(206)
    expect(answer.headers.get("Content-Range")).toBe("bytes 900000-900099/1000000")
    expect(answer.headers.get("Content-Type")).toBe("video/mp4")
    expect(await bytesOf(answer)).toEqual(video.subarray(900_000, 900_100))
    expect(requests.filter((request) => request.startsWith("chunks"))).toHaveLength(1)
    // Nonce, last chunk, and the chunk that was asked for.
    expect(requests.filter((request) => request.startsWith("media"))).toHaveLength(3)
    expect(Buffer.compare(await bytesOf(await get(undefined)), video)).toBe(0)
    expect((await get("bytes=2000000-")).status).toBe(416)
  })

  test("asks the page once, and again after it forgot", async () => {
    await get("bytes=0-9")
    await get("bytes=10-19")
    expect(asked).toHaveLength(1)
    clips.forget()
    await get("bytes=0-9")
    expect(asked).toHaveLength(2)
  })

  test("is not there for a page that has no key, nor for one that gives another clip's", async () => {
    await get("bytes=0-9")
    expect((await get("bytes=0-9", "page 2")).status).toBe(404)
    const { access, headers } = shown.get(page)!
    shown.set("page 3", { access: { ...access, captureId: "x".repeat(22) }, headers })
    expect((await get("bytes=0-9", "page 3")).status).toBe(404)
    expect(refused).toEqual([])
  })

  test("stops at a chunk that was changed, and tells why", async () => {
    await get("bytes=0-9")
    tamper = async ({ path }, answer) => {
      if (!path.endsWith("/media")) return answer
      const bytes = await answer.bytes()
      bytes[bytes.length >> 1]! ^= 1
      return new Response(bytes, answer)
    }
    const answer = await get("bytes=300000-")
    await expect(bytesOf(answer)).rejects.toMatchObject({ code: "CAPTURE_MEDIA_INVALID" })
    expect(refused).toEqual([`${page} ${captureId} CAPTURE_MEDIA_INVALID`])
  })

  for (const [what, change] of [
    ["another chunk list", async (answer: Response) => new Response(new Uint8Array((await answer.bytes()).length))],
    [
      "a longer chunk list",
      async (answer: Response) => new Response(new Uint8Array((await answer.bytes()).length + 32)),
    ],
    ["no chunk list", async () => new Response(null)],
  ] as const) {
    test(`is refused with ${what}`, async () => {
      tamper = async ({ path }, answer) => (path.endsWith("/chunks") ? await change(answer) : answer)
      expect((await get("bytes=0-9")).type).toBe("error")
      expect(refused).toHaveLength(1)
      expect(refused[0]).toMatch(/(CAPTURE_MEDIA_INVALID|SERVER_MALFORMED)$/)
    })
  }

  test("refuses a server that gives the whole where a part was asked for, or less than the part", async () => {
    tamper = async ({ path }, answer) => (path.endsWith("/media") ? new Response(await answer.bytes()) : answer)
    expect((await get("bytes=0-9")).type).toBe("error")
    tamper = async ({ path }, answer) =>
      path.endsWith("/media") ? new Response((await answer.bytes()).subarray(1), answer) : answer
    expect((await get("bytes=0-9")).type).toBe("error")
    expect(refused).toEqual(Array.from({ length: 2 }, () => `${page} ${captureId} SERVER_MALFORMED`))
  })

  test("that a player leaves is no failure", async () => {
    const answer = await get("bytes=0-")
    const reader = answer.body!.getReader()
    await reader.read()
    const reading = reader.read()
    await reader.cancel()
    await reading
    expect(refused).toEqual([])
  })
})
