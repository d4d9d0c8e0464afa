import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BrowserMemory } from "../../src/account/browser-memory.ts"
import { HttpAlerts } from "../../src/alerts/http-alerts.ts"
import { DeviceSequence } from "../../src/library/device-sequence.ts"
import { BrowserSentinel } from "../../src/sentinel/browser-sentinel.ts"
import { SentinelMemory } from "../../src/sentinel/sentinel-memory.ts"
import { bytesOf, photoOf, startTestServer, storeOf, type Client, type TestServer } from "./client-fixture.ts"

const password = "correct horse battery staple"
let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
})

describe("an armed browser", () => {
  test("takes one photo after three failures, which its owner opens, verified, and deletes", async () => {
    const { client, sentinel, alerts, taken } = await armed("three")
    for (let n = 0; n < 2; n += 1) await sentinel.loginFailed()
    expect(taken()).toBe(0)
    await sentinel.loginFailed()
    expect(taken()).toBe(1)
    const [item] = await inboxOf(alerts)
    expect(item).toMatchObject({ deviceName: "hall", isReviewed: false })
    expect(await bytesOf(await alerts.photo(item!.captureId))).toEqual(await pictureOf(1))
    await alerts.review([item!.captureId])
    expect((await inboxOf(alerts))[0]).toMatchObject({ isReviewed: true })
    await alerts.delete(item!.captureId)
    expect((await alerts.inbox()).items).toEqual([])
    // The library has nothing of it.
    expect((await client.library.list()).items).toEqual([])
  })

  test("begins to count anew when somebody knew a password", async () => {
    const { sentinel, taken } = await armed("anew")
    for (const outcome of ["Failed", "Failed", "Passed", "Failed", "Failed"] as const)
      await sentinel[`login${outcome}`]()
    expect(taken()).toBe(0)
  })

  test("keeps photos whose answer did not come, and sends them again at the next login: each is there once", async () => {
    const { client, sentinel, alerts } = await armed("offline")
    client.tamper = () => {
      throw new TypeError("fetch failed")
    }
    for (let n = 0; n < 6; n += 1) await sentinel.loginFailed()
    expect(client.store.get("sentinel/waiting")).toHaveLength(2)
    client.tamper = (_, answer) => answer
    await sentinel.loginPassed()
    expect(client.store.get("sentinel/waiting")).toEqual([])
    await expect.poll(async () => (await alerts.inbox()).items.length).toBe(2)
    expect((await alerts.inbox()).attempts).toEqual([])
  })

  test("that was disarmed elsewhere forgets its key, and takes nothing more", async () => {
    const { client, sentinel, alerts, taken } = await armed("elsewhere")
    const [browser] = await alerts.armed()
    await alerts.disarm(browser!.deviceId)
    for (let n = 0; n < 3; n += 1) await sentinel.loginFailed()
    expect(client.store.has("sentinel")).toBe(false)
    for (let n = 0; n < 3; n += 1) await sentinel.loginFailed()
    expect(taken()).toBe(1)
    expect((await alerts.inbox()).items).toEqual([])
  })

  test("that is disarmed here is revoked in the account; armed again it has another key", async () => {
    const { client, sentinel, alerts } = await armed("again")
    const [first] = await alerts.armed()
    for (let n = 0; n < 3; n += 1) await sentinel.loginFailed()
    await sentinel.disarm()
    const { account } = client.account.unlocked()
    const ended = account.state.devices.find(({ deviceId }) => deviceId === first!.deviceId)
    expect(ended).toMatchObject({ scope: "inbox", revoked: { lastSeq: 1 } })
    // What it took before still counts.
    expect(await inboxOf(alerts)).toMatchObject([{ deviceId: first!.deviceId }])
    await sentinel.arm({ content: "link" })
    const [second] = await alerts.armed()
    expect(second!.deviceId).not.toBe(first!.deviceId)
  })

  test("never asks for the camera: not granted, it cannot be armed, and takes nothing", async () => {
    const here = await armed("granted")
    here.camera.isGranted = false
    for (let n = 0; n < 3; n += 1) await here.sentinel.loginFailed()
    expect(here.taken()).toBe(0)
    await expect(here.sentinel.arm({ content: "link" })).rejects.toMatchObject({ code: "CAMERA_NOT_GRANTED" })
  })
})

describe("a server that lies about the inbox", () => {
  test("cannot show a capture of the library, or one photo as another", async () => {
    const { client, sentinel, alerts } = await armed("liar")
    for (let n = 0; n < 6; n += 1) await sentinel.loginFailed()
    await expect.poll(async () => (await alerts.inbox()).items.length).toBe(2)
    const { captureId } = await client.library.save(photoOf(9))
    const saved = (await (
      await client.api.fetch(new URL(`/v1/captures/${captureId}`, client.api.base), {
        headers: client.api.headers,
      })
    ).json()) as Record<string, unknown>
    client.tamper = async ({ path }, answer) => {
      if (path !== "/v1/inbox") return answer
      const body = (await answer.json()) as { items: Record<string, unknown>[]; attempts: unknown }
      const [first, second] = body.items
      // The second under the first's id, and a capture of the library in place of the first.
      const items = [
        { ...second, captureId: first!["captureId"] },
        { ...first, ...saved, captureId },
      ]
      return Response.json({ ...body, items })
    }
    const { items } = await alerts.inbox()
    expect(items.map(({ refused }) => refused)).toEqual(["CAPTURE_FOREIGN", "CAPTURE_FOREIGN"])
  })
})

async function inboxOf(alerts: HttpAlerts) {
  await expect.poll(async () => (await alerts.inbox()).items.length).toBeGreaterThan(0)
  return (await alerts.inbox()).items
}

const pictureOf = async (n: number): Promise<Uint8Array> => await bytesOf(photoOf(n, 5000).blob)

interface Armed {
  readonly client: Client
  readonly sentinel: BrowserSentinel
  readonly alerts: HttpAlerts
  readonly camera: { isGranted: boolean }
  /** How many photos were taken. */
  readonly taken: () => number
}

/** An account whose owner armed the browser. */
async function armed(handle: string): Promise<Armed> {
  const client = server.client()
  const { api, account, store } = client
  await account.createAccount({ handle, password })
  const camera = { isGranted: true }
  let photos = 0
  const sentinel = new BrowserSentinel({
    ...{ api, account, locks: navigator.locks, deviceName: "hall" },
    memory: new SentinelMemory(storeOf(store)),
    sequence: new DeviceSequence({ memory: new BrowserMemory(storeOf(store)), locks: navigator.locks }),
    cameraIsGranted: async () => camera.isGranted,
    async takePhoto() {
      photos += 1
      const media = await pictureOf(photos)
      return { media, thumbnail: media.subarray(0, 1000), createdAt: 1_790_000_000_000 + photos }
    },
  })
  await sentinel.arm({ content: "link" })
  return { client, sentinel, alerts: new HttpAlerts({ api, account }), camera, taken: () => photos }
}
