import { openCapture } from "@darkslide/capture"
import { fromBase64Url, open } from "@darkslide/crypto"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import PostalMime from "postal-mime"
import { describe, expect, test } from "vitest"
import { armBrowser, inboxBody } from "../armed-browser.ts"
import { answerOf, bearer, json, login, register, type BlindClient } from "../blind-client.ts"
import { problemCode, serverFixture, type ServerFixture } from "../server-fixture.ts"

const photo = (n: number): Uint8Array => new Uint8Array(1000).fill(n)
const quarterMs = 15 * 60_000

describe("the inbox", () => {
  test("a photo of an armed browser is on disk before it is answered, and opens for its owner alone", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    const browser = await armBrowser(client, server.send)
    expect((await browser.post(photo(7), 1)).status).toBe(202)
    await server.inbox.settled()
    const [item] = await items(client)
    const parts = {
      header: fromBase64Url(item!.header),
      record: fromBase64Url(item!.record),
      sealing: fromBase64Url(item!.sealing),
      private: fromBase64Url(item!.private),
    }
    const options = { state: browser.account.state, captureId: item!.captureId }
    const { inboxIdentity } = client.account.keyring
    const capture = await openCapture(parts, { ...options, with: inboxIdentity, signedBy: ["inbox"] })
    const bytes = async (part: string) =>
      new Uint8Array(await (await client.send(`/v1/inbox/${item!.captureId}/${part}`)).arrayBuffer())
    expect(await capture.openMedia(await bytes("media"), await bytes("chunks"))).toEqual(photo(7))
    expect((await capture.openThumbnail(await bytes("thumbnail"))).subarray(0, 99)).toEqual(photo(7).subarray(0, 99))
    // No other key opens it, and no capture of the library passes for one of the inbox.
    await expect(
      openCapture(parts, { ...options, with: client.account.identity, signedBy: ["inbox"] }),
    ).rejects.toMatchObject({ code: "CAPTURE_FOREIGN" })
    await expect(openCapture(parts, { ...options, with: inboxIdentity })).rejects.toMatchObject({
      code: "CAPTURE_UNSIGNED",
    })
    expect(await server.storage.spool.list()).toEqual([])
  })

  test("400 photos at once store no more than the cap, keep the first, and raise one alert", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    const browser = await armBrowser(client, server.send)
    await addMail(client)
    const first = await browser.seal(photo(1), 1)
    const send = bearer(server.send, browser.token)
    const flood = Array.from({ length: 399 }, async (_, index) => {
      const captureId = Buffer.from(`flood-${String(index).padStart(10, "0")}`).toString("base64url")
      const body = { ...inboxBody(first), captureId }
      return (await send("/v1/inbox", json("POST", body))).status
    })
    expect((await send("/v1/inbox", json("POST", inboxBody(first)))).status).toBe(202)
    expect(new Set(await Promise.all(flood))).toEqual(new Set([202]))
    await server.inbox.settled()
    await server.alerts.alerts.deliverDue()
    const { items: kept, attempts } = await inboxOf(client)
    expect(kept).toHaveLength(6)
    expect(attempts).toEqual([expect.objectContaining({ deviceId: browser.device.deviceId, count: 394 })])
    expect(await blobs(server)).toHaveLength(6)
    expect(await mails(server)).toHaveLength(1)
    // The rest is told together, a quarter of an hour later.
    server.advance(quarterMs)
    await server.alerts.alerts.deliverDue()
    const told = await mails(server)
    expect(told).toHaveLength(2)
    expect(told.map(({ text }) => text).join()).toContain("400 events")
    expect((await overview(client)).alerts).toHaveLength(1)
  })

  test("the first photos stay when many days of them come", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    const browser = await armBrowser(client, server.send)
    const sent: string[] = []
    for (let n = 1; n <= 45; n += 1) {
      const sealed = await browser.seal(photo(n), n)
      sent.push(sealed.captureId)
      await bearer(server.send, browser.token)("/v1/inbox", json("POST", inboxBody(sealed)))
      server.advance(2 * 3_600_000)
      await server.inbox.settled()
    }
    const kept = (await items(client)).map(({ captureId }) => captureId).toReversed()
    expect(kept).toEqual([...sent.slice(0, 10), ...sent.slice(15)])
    expect(await blobs(server)).toHaveLength(40)
  })

  test("what a crash left in the spool is replayed once, and a photo past the cap is not counted twice", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    const browser = await armBrowser(client, server.send)
    for (let n = 1; n <= 7; n += 1) await browser.post(photo(n), n)
    const names = await server.storage.spool.list()
    const contents = await Promise.all(names.map((name) => server.storage.spool.read(name)))
    await server.inbox.settled()
    const before = await inboxOf(client)
    expect(before.items).toHaveLength(6)
    expect(before.attempts).toEqual([expect.objectContaining({ count: 1 })])
    // As if the crash came after the rows, and before the spool's file was removed.
    for (const [index, name] of names.entries()) {
      await writeFile(join(server.folder, "spool", name), contents[index] ?? "")
      await server.inbox.settled()
    }
    expect(await inboxOf(client)).toEqual(before)
    expect(await blobs(server)).toHaveLength(6)
    expect((await overview(client)).alerts[0]?.total).toBe(7)
  })

  test("its token adds and does nothing else; forged ones, other devices' heads and what is not sealed are refused", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    const browser = await armBrowser(client, server.send)
    const other = await armBrowser({ ...client, account: browser.account }, server.send)
    const send = bearer(server.send, browser.token)
    for (const path of ["/v1/inbox", "/v1/captures", "/v1/account", "/v1/alerts"])
      expect(await problemCode(await send(path))).toBe("NOT_SIGNED_IN")
    const body = inboxBody(await browser.seal(photo(1), 1))
    const forged = bearer(server.send, Buffer.alloc(32).toString("base64url"))
    expect(await problemCode(await forged("/v1/inbox", json("POST", body)))).toBe("NOT_SIGNED_IN")
    const foreign = inboxBody(await other.seal(photo(1), 1))
    expect(await problemCode(await send("/v1/inbox", json("POST", foreign)))).toBe("DEVICE_REFUSED")
    const plain = { ...body, header: Buffer.from("not age").toString("base64url") }
    expect(await problemCode(await send("/v1/inbox", json("POST", plain)))).toBe("CAPTURE_MALFORMED")
    const huge = { ...body, media: Buffer.alloc(600_000).toString("base64url") }
    expect(await problemCode(await send("/v1/inbox", json("POST", huge)))).toBe("REQUEST_INVALID")
    // A device of another scope is not armed; a disarmed one adds nothing any more.
    const { deviceId } = client.device
    const full = await client.send(`/v1/inbox/devices/${deviceId}`, json("PUT", { content: "link" }))
    expect(await problemCode(full)).toBe("DEVICE_REFUSED")
    await client.send(`/v1/inbox/devices/${browser.device.deviceId}`, { method: "DELETE" })
    expect(await problemCode(await browser.post(photo(1), 1))).toBe("NOT_SIGNED_IN")
    expect((await other.post(photo(1), 1)).status).toBe(202)
    await server.inbox.settled()
  })

  test("the mail carries what was chosen: a link, the sealed file, or the picture in clear", async () => {
    for (const content of ["link", "sealed", "clear"] as const) {
      const server = await serverFixture()
      const client = await register(server.send, "robin")
      const browser = await armBrowser(client, server.send, content)
      await addMail(client)
      const picture = Buffer.from("the very picture")
      await browser.post(photo(9), 1, { picture: picture.toString("base64url") })
      await server.inbox.settled()
      await server.alerts.alerts.deliverDue()
      const [mail] = await mails(server)
      expect(mail!.text).toContain("http://localhost/alerts")
      expect(mail!.text).not.toContain("robin")
      const names = mail!.attachments.map(({ filename }) => filename)
      const sealedName = expect.stringMatching(/^photo-[\w-]{16}\.jpg\.age$/)
      const clearName = expect.stringMatching(/^photo-[\w-]{16}\.jpg$/)
      expect(names).toEqual({ link: [], sealed: [sealedName], clear: [clearName, sealedName] }[content])
      const sealed = mail!.attachments.find(({ filename }) => filename?.endsWith(".age"))
      if (sealed) {
        const file = new Uint8Array(sealed.content as ArrayBuffer)
        expect(await open(file, { with: [client.account.keyring.inboxIdentity] })).toEqual(photo(9))
      }
      const clear = mail!.attachments.find(({ filename }) => filename?.endsWith(".jpg"))
      if (clear) expect(Buffer.from(clear.content as ArrayBuffer)).toEqual(picture)
      // What was not chosen is nowhere on the server either.
      if (content !== "clear") expect((await everyByte(server)).includes(picture)).toBe(false)
    }
  })
})

describe("failed logins", () => {
  test("five at one account raise one alert for its owner; at a handle that does not exist none", async () => {
    const server = await serverFixture()
    const client = await register(server.send, "robin")
    await addMail(client)
    for (let n = 0; n < 7; n += 1) {
      expect((await login(server.send, { handle: "robin", password: "wrong" })).status).toBe(401)
      expect((await login(server.send, { handle: "nobody-here", password: "wrong" })).status).toBe(401)
    }
    await server.alerts.settled()
    await server.alerts.alerts.deliverDue()
    expect((await overview(client)).alerts).toEqual([expect.objectContaining({ kind: "logins", total: 1 })])
    const [mail, ...more] = await mails(server)
    expect(more).toEqual([])
    expect(mail!.subject).toBe("5 failed logins at one account")
    expect((await everyByte(server)).includes("nobody-here")).toBe(false)
  })
})

interface Overview {
  readonly alerts: readonly { readonly kind: string; readonly total: number }[]
}
const overview = async (client: BlindClient): Promise<Overview> => await answerOf(await client.send("/v1/alerts"))

interface Inbox {
  readonly items: readonly Record<"captureId" | "header" | "record" | "sealing" | "private", string>[]
  readonly attempts: readonly object[]
}
const inboxOf = async (client: BlindClient): Promise<Inbox> => await answerOf(await client.send("/v1/inbox"))
const items = async (client: BlindClient) => (await inboxOf(client)).items

async function addMail(client: BlindClient): Promise<void> {
  const body = { channel: "mail", destination: "robin@example.org" }
  await answerOf(await client.send("/v1/alerts/targets", json("POST", body)))
}

const blobs = async ({ folder }: ServerFixture): Promise<readonly string[]> => await readdir(join(folder, "blobs"))

async function mails({ folder }: ServerFixture) {
  // There is no folder before the first mail.
  const names = await readdir(join(folder, "mail")).catch(() => [])
  return await Promise.all(
    names.map(async (name) => await PostalMime.parse(await readFile(join(folder, "mail", name)))),
  )
}

async function everyByte({ folder }: ServerFixture): Promise<Buffer> {
  const found: Buffer[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name !== "ballast") found.push(await readFile(join(entry.parentPath, entry.name)))
  return Buffer.concat(found)
}
