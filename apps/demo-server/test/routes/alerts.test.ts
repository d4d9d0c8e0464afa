import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { answerOf, bearer, json, login, register, type BlindClient } from "../blind-client.ts"
import { problemCode, serverFixture, type ServerFixture } from "../server-fixture.ts"

interface Overview {
  readonly mail: string
  readonly quietHours: object | null
  readonly mutes: readonly object[]
  readonly targets: readonly { readonly id: string; readonly destination: string; readonly health: object }[]
  readonly alerts: readonly { readonly id: string; readonly status: string }[]
  readonly log: readonly { readonly destination: string; readonly state: string; readonly channel: string }[]
}

const overview = async (client: BlindClient): Promise<Overview> => await answerOf(await client.send("/v1/alerts"))
const add = async (client: BlindClient, channel: string, destination: string) =>
  await client.send("/v1/alerts/targets", json("POST", { channel, destination }))

describe("alert destinations", () => {
  test("are added, tested and removed; the page is told that mails are files", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    const { id } = await answerOf<{ id: string }>(await add(client, "mail", "robin@example.org"))
    // The same once more is the same one.
    expect(await answerOf(await add(client, "mail", "robin@example.org"))).toEqual({ id })
    const before = await overview(client)
    expect(before.mail).toBe("files")
    expect(before.targets).toEqual([
      expect.objectContaining({ id, destination: "robin@example.org", health: { state: "unused" } }),
    ])
    const tested = await client.send(`/v1/alerts/targets/${id}/test`, json("POST", {}))
    expect(await answerOf(tested)).toEqual({ outcome: "sent" })
    expect(await readdir(join(server.folder, "mail"))).toHaveLength(1)
    expect((await client.send(`/v1/alerts/targets/${id}`, { method: "DELETE" })).status).toBe(204)
    expect((await overview(client)).targets).toEqual([])
  })

  test("that no channel reaches are refused: two addresses, an inner network, another protocol", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    for (const [channel, destination] of [
      ["mail", "a@example.org, b@example.org"],
      ["mail", "a@example.org\r\nBcc: b@example.org"],
      ["webhook", "ftp://example.org"],
      ["ntfy", "https://ntfy.sh/"],
      ["push", "{}"],
    ] as const)
      expect(await problemCode(await add(client, channel, destination))).toBe("DESTINATION_REFUSED")
    // What a name leads to shows when it is connected to.
    const { id } = await answerOf<{ id: string }>(await add(client, "webhook", "https://169.254.169.254/latest"))
    const tested = await client.send(`/v1/alerts/targets/${id}/test`, json("POST", {}))
    expect(await answerOf(tested)).toEqual({ outcome: "failed", code: "ALERTS_ADDRESS_REFUSED" })
  })

  test("want a fresh proof of the password", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    server.advance(16 * 60_000)
    expect(await problemCode(await add(client, "mail", "robin@example.org"))).toBe("STEP_UP_NEEDED")
  })

  test("of another account are as good as missing", async () => {
    const server = await serverFixture()
    const [robin, kim] = [await register(server.send, "robin"), await register(server.send, "kim")]
    const { id } = await answerOf<{ id: string }>(await add(robin, "mail", "robin@example.org"))
    expect(await problemCode(await kim.send(`/v1/alerts/targets/${id}/test`, json("POST", {})))).toBe("NOT_FOUND")
    await kim.send(`/v1/alerts/targets/${id}`, { method: "DELETE" })
    expect((await overview(robin)).targets).toHaveLength(1)
    expect((await overview(kim)).targets).toEqual([])
  })
})

describe("mutes", () => {
  const capture = async (server: ServerFixture, { account }: BlindClient, captureId: string) => {
    server.alerts.deviceCaptured({ accountId: account.accountId, deviceId: "hall", captureId })
    await server.alerts.settled()
    await server.alerts.alerts.deliverDue()
  }
  const mute = async (client: BlindClient, kind: string, until: number | null) =>
    (await client.send(`/v1/alerts/mutes/${kind}`, json("PUT", { until }))).status

  test("keep one account from hearing of one kind, and say how much came; others hear", async () => {
    const server = await serverFixture()
    const [robin, kim] = [await register(server.send, "robin"), await register(server.send, "kim")]
    for (const client of [robin, kim]) await add(client, "mail", `${client === robin ? "robin" : "kim"}@example.org`)
    const until = server.now() + 3_600_000
    expect(await mute(robin, "devices", until)).toBe(204)
    await capture(server, robin, "1")
    await capture(server, kim, "1")
    expect(await overview(robin)).toMatchObject({ mutes: [{ kind: "devices", until, events: 1 }], alerts: [], log: [] })
    expect(await overview(kim)).toMatchObject({ mutes: [], log: [{ destination: "k…@example.org" }] })
    server.advance(3_600_000)
    expect((await overview(robin)).mutes).toEqual([])
    await capture(server, robin, "2")
    expect((await overview(robin)).log).toHaveLength(1)
  })

  test("of everything last until they are ended, also over a restart", async () => {
    const server = await serverFixture()
    const robin = await register(server.send, "robin")
    await add(robin, "mail", "robin@example.org")
    expect(await mute(robin, "everything", null)).toBe(204)
    await server.storage[Symbol.asyncDispose]()
    const next = await serverFixture({ folder: server.folder })
    next.advance(400 * 86_400_000)
    const { token } = await answerOf<{ token: string }>(await login(next.send, { handle: "robin" }))
    const client = { ...robin, send: bearer(next.send, token) }
    const all = ["intruder", "logins", "devices", "channels"].map((kind) => ({ kind, until: null, events: 0 }))
    expect((await overview(client)).mutes).toEqual(all)
    await client.send("/v1/alerts/mutes/devices", { method: "DELETE" })
    expect((await overview(client)).mutes).toHaveLength(3)
    await client.send("/v1/alerts/mutes/everything", { method: "DELETE" })
    expect((await overview(client)).mutes).toEqual([])
    for (const [kind, until] of [
      ["weather", null],
      ["logins", -1],
      ["logins", 1.5],
    ] as const)
      expect(await mute(client, kind, until)).toBe(422)
  })
})

describe("alerts", () => {
  test("of one account do not push another's off its page", async () => {
    const server = await serverFixture()
    const [robin, kim] = [await register(server.send, "robin"), await register(server.send, "kim")]
    await add(robin, "mail", "robin@example.org")
    for (let n = 0; n < 5; n += 1) await login(server.send, { handle: "robin", password: "wrong" })
    await server.alerts.settled()
    await server.alerts.alerts.deliverDue()
    server.advance(1000)
    const device = (n: number) => ({ accountId: kim.account.accountId, deviceId: `device-${n}`, captureId: `c${n}` })
    for (let n = 0; n < 1100; n += 1) server.alerts.deviceCaptured(device(n))
    await server.alerts.settled()
    const { alerts, log } = await overview(robin)
    expect([alerts.length, log.length]).toEqual([1, 1])
    expect((await overview(kim)).alerts).toHaveLength(100)
  })

  test("wait in quiet hours, stand in the log with a redacted destination, and end when somebody says so", async () => {
    // The server's clock begins at noon, UTC.
    const server = await serverFixture()
    const [robin, kim] = [await register(server.send, "robin"), await register(server.send, "kim")]
    await add(robin, "mail", "robin@example.org")
    const quiet = { quietHours: { zone: "UTC", from: "11:00", to: "13:00" } }
    expect((await robin.send("/v1/alerts/quiet-hours", json("PUT", quiet))).status).toBe(204)
    const wrong = { quietHours: { zone: "Middle/Earth", from: "11:00", to: "13:00" } }
    expect(await problemCode(await robin.send("/v1/alerts/quiet-hours", json("PUT", wrong)))).toBe("REQUEST_INVALID")
    for (let n = 0; n < 5; n += 1) await login(server.send, { handle: "robin", password: "wrong" })
    await server.alerts.settled()
    await server.alerts.alerts.deliverDue()
    expect((await overview(robin)).log).toEqual([])
    server.advance(3_600_000)
    await server.alerts.alerts.deliverDue()
    const { alerts, log, quietHours } = await overview(robin)
    expect(quietHours).toEqual(quiet.quietHours)
    expect(log).toEqual([
      expect.objectContaining({ destination: "r…@example.org", state: "sent", channel: "mail", kind: "new" }),
    ])
    const [alert] = alerts
    const path = `/v1/alerts/${alert!.id}/acknowledged`
    expect(await problemCode(await kim.send(path, json("POST", {})))).toBe("NOT_FOUND")
    expect((await robin.send(path, json("POST", {}))).status).toBe(204)
    expect((await overview(robin)).alerts[0]?.status).toBe("acknowledged")
    expect((await overview(kim)).alerts).toEqual([])
  })
})
