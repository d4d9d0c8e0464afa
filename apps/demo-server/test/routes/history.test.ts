import { sealedPayloadBytes } from "@darkslide/crypto"
import { randomBytes } from "node:crypto"
import { readFile, readdir } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { answerOf, register, type BlindClient, type Send } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

const segmentOf = (kib = 4) => new Uint8Array(randomBytes(sealedPayloadBytes(kib * 1024)))

async function put(send: Send, number: number, segment: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = { "content-type": "application/octet-stream" }
  return await send(`/v1/history/${number}`, { method: "PUT", headers, body: segment })
}

const removeBefore = async (send: Send, before: number) =>
  await send(`/v1/history?before=${before}`, { method: "DELETE" })

async function numbers({ send }: BlindClient, from = 1): Promise<readonly number[]> {
  const { segments } = await answerOf<{ segments: { number: number }[] }>(await send(`/v1/history?from=${from}`))
  return segments.map(({ number }) => number)
}

describe("the history", () => {
  test("takes segments one behind the other, and gives them back as they came", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const [first, second] = [segmentOf(), segmentOf(256)]
    expect((await put(ada.send, 1, first)).status).toBe(201)
    expect((await put(ada.send, 2, second)).status).toBe(201)
    expect(await answerOf(await ada.send("/v1/history"))).toEqual({
      segments: [
        { number: 1, bytes: first.length },
        { number: 2, bytes: second.length },
      ],
      next: null,
    })
    expect(await numbers(ada, 2)).toEqual([2])
    expect(new Uint8Array(await (await ada.send("/v1/history/2")).arrayBuffer())).toEqual(second)
    expect(await problemCode(await ada.send("/v1/history/3"))).toBe("SEGMENT_NOT_FOUND")
  })

  test("never replaces: the same again stands, another is refused, and so is a gap", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const first = segmentOf()
    await put(ada.send, 1, first)
    expect((await put(ada.send, 1, first)).status).toBe(200)
    expect(await problemCode(await put(ada.send, 1, segmentOf()))).toBe("SEGMENT_TAKEN")
    expect(await problemCode(await put(ada.send, 3, segmentOf()))).toBe("SEGMENT_INVALID")
    expect(new Uint8Array(await (await ada.send("/v1/history/1")).arrayBuffer())).toEqual(first)
  })

  test("gives a number to one of several writers", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const answers = await Promise.all([1, 2, 3, 4].map(() => put(ada.send, 1, segmentOf())))
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["201", "409", "409", "409"])
  })

  test("refuses what is of no size that a sealed segment has", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    for (const bytes of [0, 1, 4096, 4127, 4129, 262_144, 300_000])
      expect(await problemCode(await put(ada.send, 1, new Uint8Array(bytes)))).toBe("SEGMENT_INVALID")
    expect(await problemCode(await put(ada.send, 1, new Uint8Array(3 << 20)))).toBe("BODY_TOO_LARGE")
    for (const number of [0, -1, 1.5]) expect((await put(ada.send, number, segmentOf())).status).toBe(422)
  })

  test("counts against the quota, with captures", async () => {
    const { send } = await serverFixture({ limits: { quotaBytes: 9000 } })
    const ada = await register(send, "ada")
    await put(ada.send, 1, segmentOf())
    await put(ada.send, 2, segmentOf())
    expect(await problemCode(await put(ada.send, 3, segmentOf()))).toBe("QUOTA_EXCEEDED")
    const { usage } = await answerOf<{ usage: { bytes: number } }>(await ada.send("/v1/account"))
    expect(usage.bytes).toBe(2 * segmentOf().length)
    await removeBefore(ada.send, 2)
    expect((await put(ada.send, 3, segmentOf())).status).toBe(201)
  })

  test("removes from the front, never the last, and never gives a number again", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    for (const number of [1, 2, 3]) await put(ada.send, number, segmentOf())
    expect((await removeBefore(ada.send, 3)).status).toBe(204)
    expect((await removeBefore(ada.send, 3)).status).toBe(204)
    expect(await numbers(ada)).toEqual([3])
    expect(await problemCode(await put(ada.send, 1, segmentOf()))).toBe("SEGMENT_TAKEN")
    expect(await problemCode(await removeBefore(ada.send, 4))).toBe("SEGMENT_INVALID")
    expect(await numbers(ada)).toEqual([3])
  })

  test("leaves nothing of removed segments on disk", async () => {
    const { send, folder } = await serverFixture()
    const ada = await register(send, "ada")
    const first = segmentOf(64)
    await put(ada.send, 1, first)
    await put(ada.send, 2, segmentOf())
    await removeBefore(ada.send, 2)
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    for (const { parentPath, name } of names) {
      const bytes = await readFile(join(parentPath, name))
      expect(bytes.includes(Buffer.from(first.subarray(1000, 1100)))).toBe(false)
    }
  })

  test("is of one account, and asks for a session", async () => {
    const { send } = await serverFixture()
    const [ada, eve] = [await register(send, "ada"), await register(send, "eve")]
    await put(ada.send, 1, segmentOf())
    expect(await numbers(eve)).toEqual([])
    expect(await problemCode(await eve.send("/v1/history/1"))).toBe("SEGMENT_NOT_FOUND")
    expect(await problemCode(await put(send, 1, segmentOf()))).toBe("NOT_SIGNED_IN")
    expect(await problemCode(await send("/v1/history"))).toBe("NOT_SIGNED_IN")
  })

  test("lists in pages", async () => {
    const { send, storage } = await serverFixture()
    const ada = await register(send, "ada")
    for (let number = 1; number <= 1001; number++)
      await storage.history.put(ada.account.accountId, number, new Uint8Array([1]), 1 << 30)
    const first = await answerOf<{ segments: unknown[]; next: number }>(await ada.send("/v1/history"))
    expect([first.segments.length, first.next]).toEqual([1000, 1001])
    expect(await numbers(ada, first.next)).toEqual([1001])
  })
})
