import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { open, parseIdentity } from "@darkslide/crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BrowserMemory } from "../../src/account/browser-memory.ts"
import { DeviceSequence } from "../../src/library/device-sequence.ts"
import { bytesOf, photoOf, startTestServer, storeOf, type TestServer } from "./client-fixture.ts"

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

const password = "correct horse battery"

describe("the account", () => {
  test("is created once, and opens elsewhere with its password alone", async () => {
    const first = server.client()
    await first.account.createAccount({ handle: "Grace", password })
    const elsewhere = server.client()
    await elsewhere.account.signIn({ handle: " grace ", password })
    const [one, two] = [first.account.unlocked(), elsewhere.account.unlocked()]
    expect(two.account.accountId).toBe(one.account.accountId)
    expect(two.device.deviceId).not.toBe(one.device.deviceId)
    expect(elsewhere.account.status).toMatchObject({ status: "unlocked", stateNumber: 2 })
    await expect(server.client().account.createAccount({ handle: "GRACE", password })).rejects.toMatchObject({
      code: "HANDLE_TAKEN",
    })
  })

  test("refuses a wrong password and an unknown handle in the same words", async () => {
    await server.client().account.createAccount({ handle: "hedy", password })
    const refusals = []
    for (const credentials of [
      { handle: "hedy", password: "wrong password" },
      { handle: "nobody", password },
    ])
      refusals.push(
        await server
          .client()
          .account.signIn(credentials)
          .catch((error: unknown) => error),
      )
    expect(refusals[0]).toMatchObject({ code: "ACCOUNT_LOGIN_FAILED" })
    expect(refusals[1]).toMatchObject({ code: "ACCOUNT_LOGIN_FAILED", message: (refusals[0] as Error).message })
  })

  test("certifies many browsers that sign in at the same time", async () => {
    await server.client().account.createAccount({ handle: "many", password })
    const clients = [1, 2, 3].map(() => server.client())
    await Promise.all(clients.map((client) => client.account.signIn({ handle: "many", password })))
    const { account } = await (clients[0] as (typeof clients)[number]).account.refresh()
    expect(account.state.devices).toHaveLength(4)
    expect(account.state.n).toBe(4)
  })

  test("exports an identity that opens what was exported, after the password again", async () => {
    const { account, library } = server.client()
    await account.createAccount({ handle: "export", password })
    const { captureId } = await library.save(photoOf(5))
    await expect(account.exportKey("wrong password")).rejects.toMatchObject({ code: "ACCOUNT_LOGIN_FAILED" })
    const file = await (await account.exportKey(password)).text()
    const identity = parseIdentity(file.split("\n").find((line) => line.startsWith("AGE-SECRET-KEY-1")) ?? "")
    const sealed = await bytesOf(await library.exportSealed(captureId))
    expect(Buffer.compare(await open(sealed, { with: [identity] }), await bytesOf(photoOf(5).blob))).toBe(0)
  })

  test("keeps its device over reloads and drops it at sign-out", async () => {
    const { account, store } = server.client()
    await account.createAccount({ handle: "reload", password })
    const { deviceId } = account.unlocked().device
    const reloaded = server.client(store)
    await reloaded.account.signIn({ handle: "reload", password })
    expect(reloaded.account.unlocked().device.deviceId).toBe(deviceId)
    await reloaded.account.signOut()
    expect(() => reloaded.account.unlocked()).toThrow("locked")
    expect([...store.keys()].filter((key) => /^(device|visitor|sequence)/.test(key))).toEqual([])
    const back = server.client(store)
    await back.account.signIn({ handle: "reload", password })
    expect(back.account.unlocked().device.deviceId).not.toBe(deviceId)
  })
})

describe("the library", () => {
  test("lists, opens and deletes, also what another browser of the account saved", async () => {
    const [one, two] = [server.client(), server.client()]
    await one.account.createAccount({ handle: "library", password })
    await two.account.signIn({ handle: "library", password })
    const first = await one.library.save(photoOf(1))
    const second = await two.library.save(photoOf(2))
    const { items, next } = await one.library.list()
    expect(items.map((item) => item.captureId)).toEqual([second.captureId, first.captureId])
    expect(items.every((item) => item.refused === undefined)).toBe(true)
    expect(next).toBeNull()
    expect(await bytesOf(await one.library.media(second.captureId))).toEqual(await bytesOf(photoOf(2).blob))
    expect((await one.library.thumbnail(second.captureId)).type).toBe("image/jpeg")
    await one.library.delete(second.captureId)
    expect((await two.library.list()).items).toHaveLength(1)
    await expect(server.client().library.list()).rejects.toMatchObject({ code: "NOT_SIGNED_IN" })
  })

  test("tells its progress and rejects with the signal's reason, leaving nothing behind", async () => {
    const { account, library } = server.client()
    await account.createAccount({ handle: "progress", password })
    const steps: string[] = []
    const controller = new AbortController()
    const reason = new Error("enough")
    const saving = library.save(photoOf(3, 900_000), {
      signal: controller.signal,
      onProgress(progress) {
        steps.push(progress.step)
        if (progress.step === "uploading" && progress.bytes > 0) controller.abort(reason)
      },
    })
    await expect(saving).rejects.toBe(reason)
    expect(new Set(steps)).toEqual(new Set(["sealing", "uploading"]))
    expect((await library.list()).items).toEqual([])
  })

  test("commits once, though the server's first answer is lost and it is busy then", async () => {
    const client = server.client()
    await client.account.createAccount({ handle: "lost-answer", password })
    let commits = 0
    client.tamper = ({ method, path }, answer) => {
      if (method !== "PUT" || !path.startsWith("/v1/captures/")) return answer
      commits++
      if (commits === 1) throw new TypeError("connection lost")
      return commits === 2 ? Response.json({ code: "BUSY" }, { status: 503, headers: { "Retry-After": "0" } }) : answer
    }
    const { captureId, state } = await client.library.save(photoOf(4))
    expect(state).toBe("waiting")
    client.uploads.tryNow()
    await expect.poll(() => client.uploads.waiting(), { timeout: 10_000 }).toEqual([])
    expect(commits).toBe(3)
    expect((await client.library.list()).items.map((item) => item.captureId)).toEqual([captureId])
  })

  test("shows and opens what waits, out of reach of the server too, and sends it from a later page", async () => {
    const client = server.client()
    await client.account.createAccount({ handle: "waiting", password })
    const isPage = (path: string) => path.startsWith("/v1/captures") || path.startsWith("/v1/uploads")
    client.tamper = () => {
      throw new TypeError("no network")
    }
    const { captureId, state } = await client.library.save(photoOf(6))
    expect(state).toBe("waiting")
    expect((await client.library.list()).items).toMatchObject([{ captureId, isWaiting: true, mediaType: "image/jpeg" }])
    expect((await client.library.thumbnail(captureId)).size).toBeGreaterThan(0)
    expect(await bytesOf(await client.library.media(captureId))).toEqual(await bytesOf(photoOf(6).blob))
    await client.uploads.close()

    const reloaded = server.client(client.store)
    reloaded.tamper = ({ path }, answer) => (isPage(path) ? new Response(null, { status: 503 }) : answer)
    const following = reloaded.follow()
    await reloaded.account.signIn({ handle: "waiting", password })
    reloaded.tamper = (_, answer) => answer
    reloaded.uploads.tryNow()
    await expect.poll(() => reloaded.uploads.waiting(), { timeout: 10_000 }).toEqual([])
    expect((await reloaded.library.list()).items).toMatchObject([{ captureId }])
    expect((await reloaded.library.list()).items[0]).not.toHaveProperty("isWaiting")
    await following.stop()
  })

  test("says what the server refuses, and keeps nothing of it", async () => {
    const client = server.client()
    await client.account.createAccount({ handle: "refused", password })
    client.tamper = ({ method, path }, answer) =>
      method === "POST" && path === "/v1/uploads"
        ? Response.json(
            { code: "QUOTA_EXCEEDED" },
            { status: 413, headers: { "Content-Type": "application/problem+json" } },
          )
        : answer
    await expect(client.library.save(photoOf(1))).rejects.toMatchObject({ code: "QUOTA_EXCEEDED", status: 413 })
    expect(await client.uploads.waiting()).toEqual([])
  })

  test("does not send one account's captures in the name of another", async () => {
    const client = server.client()
    const following = client.follow()
    await client.account.createAccount({ handle: "first-here", password })
    client.tamper = ({ path }, answer) => (path === "/v1/uploads" ? new Response(null, { status: 503 }) : answer)
    const { captureId } = await client.library.save(photoOf(1))
    await client.account.signOut()
    await client.account.createAccount({ handle: "second-here", password })
    client.tamper = (_, answer) => answer
    client.uploads.tryNow()
    expect((await client.library.list()).items).toEqual([])
    await client.account.signOut()
    await client.account.signIn({ handle: "first-here", password })
    await expect.poll(() => client.uploads.waiting(), { timeout: 10_000 }).toEqual([])
    expect((await client.library.list()).items).toMatchObject([{ captureId }])
    await following.stop()
  })
})

describe("the device's sequence", () => {
  test("declares a number that was given up in the next head", async () => {
    const client = server.client()
    await client.account.createAccount({ handle: "gaps", password })
    client.tamper = ({ method, path }, answer) =>
      method === "PUT" && path.startsWith("/v1/captures/") ? new Response(null, { status: 503 }) : answer
    const { captureId, state } = await client.library.save(photoOf(1))
    expect(state).toBe("waiting")
    await client.uploads.remove(captureId)
    client.tamper = (_, answer) => answer
    client.uploads.tryNow()
    await client.library.save(photoOf(2))
    const { device } = client.account.unlocked()
    await expect
      .poll(() => client.store.get(`sequence/${device.deviceId}`))
      .toMatchObject({ seq: 2, skipped: [], open: [] })
    const database = await readFile(join(server.folder, "darkslide.sqlite-wal"), "latin1")
    expect(database).toMatch(/"seq":2,"recordHash":"[^"]+","skipped":\[1\]/)
  })

  test("gives no number twice and none up, whatever is cut off between taking and keeping", async () => {
    const memory = new BrowserMemory(storeOf(new Map()))
    const sequence = new DeviceSequence({ memory, locks: navigator.locks })
    const held = new Set<string>()
    const hold = async () => held
    const take = (captureId: string, keep: boolean | Error) =>
      sequence.take("device", hold, async (position, taken) => {
        await taken({ captureId, recordHash: captureId })
        if (keep instanceof Error) throw keep
        if (keep) held.add(captureId)
        return position
      })
    expect(await take("one", true)).toMatchObject({ seq: 1, skipped: [] })
    await expect(take("two", new Error("no room"))).rejects.toThrow("no room")
    expect(await take("crashed", false)).toMatchObject({ seq: 2, prevHash: "one", skipped: [] })
    expect(await take("three", true)).toMatchObject({ seq: 3, prevHash: "crashed", skipped: [2] })
    await sequence.arrived("device", "one", [])
    held.delete("one")
    expect(await take("four", true)).toMatchObject({ seq: 4, skipped: [2] })
    await sequence.arrived("device", "three", [2])
    expect(await memory.sequence("device")).toMatchObject({
      seq: 4,
      skipped: [],
      open: [{ seq: 4, captureId: "four" }],
    })
  })
})
