import { copyFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, onTestFinished, test } from "vitest"
import { openStorage } from "../../src/index.ts"
import { armBrowser, inboxBody } from "../armed-browser.ts"
import { answerOf, bearer, json, register } from "../blind-client.ts"
import { serverFixture, type ServerFixture } from "../server-fixture.ts"

type Storage = ServerFixture["storage"]

/** Where the process dies: what throws, and whether its work is done before. */
const deaths: Readonly<Record<string, (storage: Storage) => void>> = {
  "after the rows": ({ mails }) => (mails.removeWith = killed),
  "after the mails": ({ blobs }) => (blobs.remove = killed),
  "after the file, before the note about it": ({ blobs }) => {
    const remove = blobs.remove.bind(blobs)
    blobs.remove = async (id) => {
      await remove(id)
      await killed()
    }
  },
}

describe("a removed photo", () => {
  test("is nowhere: no row, no file, no mail, and in no message that waits or was given up", async () => {
    const { server, captureIds, remove, remains } = await photosEverywhere()
    expect(await remains(1)).toEqual(["blobs", "darkslide.sqlite", "mail"])
    expect(await remains(2)).toEqual(["blobs", "darkslide.sqlite"])
    for (const captureId of captureIds) expect((await remove(captureId)).status).toBe(204)
    expect([await remains(1), await remains(2)]).toEqual([[], []])
    expect(await readdir(join(server.folder, "blobs"))).toEqual([])
    // What waited is told all the same, in words.
    server.advance(3_600_000)
    await server.alerts.alerts.deliverDue()
    expect(await readdir(join(server.folder, "mail"))).toHaveLength(1)
    expect([await remains(1), await remains(2)]).toEqual([[], []])
  })

  test("is in no message that waits for its channel to work again", async () => {
    const { server, captureIds, remove, remains } = await photosEverywhere()
    await rename(join(server.folder, "mail"), join(server.folder, "mails-before"))
    await writeFile(join(server.folder, "mail"), "in the way")
    server.advance(15 * 60_000)
    await server.alerts.alerts.deliverDue()
    expect((await server.alerts.alerts.outbox.entries({ state: "waiting" })).map(({ code }) => code)).toEqual([
      "ALERTS_FAILED",
    ])
    await rm(join(server.folder, "mail"))
    await rename(join(server.folder, "mails-before"), join(server.folder, "mail"))
    expect(await remains(2)).toEqual(["blobs", "darkslide.sqlite"])
    await remove(captureIds[1])
    expect(await remains(2)).toEqual([])
    server.advance(3_600_000)
    await server.alerts.alerts.deliverDue()
    expect(await server.alerts.alerts.outbox.entries({ state: "waiting" })).toEqual([])
    expect(await remains(2)).toEqual([])
  })

  for (const [where, die] of Object.entries(deaths))
    test(`is nowhere after the next start, when the server was killed ${where}`, async () => {
      const { server, captureIds, remove, remains, stop } = await photosEverywhere()
      die(server.storage)
      expect((await remove(captureIds[0])).status).toBe(500)
      await stop()
      const next = await openStorage({ folder: server.folder, now: server.now })
      await next[Symbol.asyncDispose]()
      expect(await remains(1)).toEqual([])
      expect(await remains(2)).toEqual(["blobs", "darkslide.sqlite"])
      expect(await readdir(join(server.folder, "blobs"))).toHaveLength(1)
      const rows = new DatabaseSync(join(server.folder, "darkslide.sqlite"), { readOnly: true })
      onTestFinished(() => rows.close())
      expect(rows.prepare("select count(*) as count from inbox").get()).toEqual({ count: 1 })
      expect(rows.prepare("select count(*) as count from pending_deletes").get()).toEqual({ count: 0 })
    })

  test("stays away: its upload that comes again, and its mail that was on its way", async () => {
    const { server, captureIds, remove, remains, again } = await photosEverywhere()
    const [mail = ""] = await readdir(join(server.folder, "mail"))
    const path = join(server.folder, "mail", mail)
    await copyFile(path, join(server.folder, "late"))
    await remove(captureIds[0])
    expect((await again()).status).toBe(202)
    await server.inbox.settled()
    expect(await readdir(join(server.folder, "blobs"))).toHaveLength(1)
    await copyFile(join(server.folder, "late"), path)
    await copyFile(path, `${path}.new`)
    await server.storage.sweep()
    expect(await readdir(join(server.folder, "mail"))).toEqual([])
    // Nothing is looked for for ever.
    server.advance(11 * 60_000)
    await server.storage.sweep()
    expect(await server.storage.inbox.unclean()).toEqual([])
    expect(await remains(1)).toEqual(["late"])
  })

  test("of another account with the same id stays, with its mail", async () => {
    const { server, captureIds, remains } = await photosEverywhere()
    const kim = await register(server.send, "kim")
    const browser = await armBrowser(kim, server.send, "sealed")
    const sealed = await browser.seal(new Uint8Array(50).fill(9), 1)
    const body = { ...inboxBody(sealed), captureId: captureIds[0] }
    expect((await bearer(server.send, browser.token)("/v1/inbox", json("POST", body))).status).toBe(202)
    await server.inbox.settled()
    expect((await kim.send(`/v1/inbox/${captureIds[1]}`, { method: "DELETE" })).status).toBe(204)
    expect((await kim.send(`/v1/inbox/${captureIds[0]}`, { method: "DELETE" })).status).toBe(204)
    expect(await remains(1)).toEqual(["blobs", "darkslide.sqlite", "mail"])
    expect(await readdir(join(server.folder, "blobs"))).toHaveLength(2)
  })
})

/** Two photos of an account that wants them in clear: the first in a mail on disk, the second in a message that waits. */
async function photosEverywhere() {
  const server = await serverFixture()
  const client = await register(server.send, "robin")
  const browser = await armBrowser(client, server.send, "clear")
  await answerOf(
    await client.send("/v1/alerts/targets", json("POST", { channel: "mail", destination: "robin@example.org" })),
  )
  const photos = [1, 2].map((n) => ({
    n,
    picture: Buffer.from(`the picture in clear, and its number is ${n}: the picture of somebody who sat there`),
  }))
  const bodies = new Map<number, object>()
  for (const { n, picture } of photos) {
    const sealed = await browser.seal(new Uint8Array(1000).fill(n), n)
    const body = { ...inboxBody(sealed), picture: picture.toString("base64url") }
    bodies.set(n, body)
    expect((await bearer(server.send, browser.token)("/v1/inbox", json("POST", body))).status).toBe(202)
    await server.inbox.settled()
    if (n === 1) await server.alerts.alerts.deliverDue()
  }
  const { items } = await answerOf<{ items: readonly { captureId: string }[] }>(await client.send("/v1/inbox"))
  const [second, first] = items.map(({ captureId }) => captureId)
  const headers = new Map(
    photos.map(({ n }) => [n, Buffer.from((bodies.get(n) as { header: string }).header, "base64url")]),
  )
  return {
    server,
    captureIds: [first ?? "", second ?? ""] as const,
    remove: async (captureId: string) => await client.send(`/v1/inbox/${captureId}`, { method: "DELETE" }),
    again: async () => await bearer(server.send, browser.token)("/v1/inbox", json("POST", bodies.get(1) ?? {})),
    stop: async () => await server.storage[Symbol.asyncDispose](),
    /** The files and folders in which something of a photo is: its picture, its sealed header or media. */
    async remains(n: 1 | 2): Promise<readonly string[]> {
      const picture = photos[n - 1]?.picture ?? Buffer.alloc(0)
      const header = headers.get(n) ?? Buffer.alloc(0)
      const media = Buffer.from((bodies.get(n) as { media: string }).media, "base64url")
      const found = new Set<string>()
      for (const entry of await readdir(server.folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.name === "ballast") continue
        const path = join(entry.parentPath, entry.name)
        const bytes = await readFile(path)
        if ([picture, header, media].some((part) => holds(bytes, part)))
          found.add((path.slice(server.folder.length + 1).split("/")[0] ?? "").replace("-wal", ""))
      }
      return [...found].toSorted()
    },
  }
}

/** As bytes, and in both spellings of base64; all age files begin alike. */
function holds(bytes: Buffer, part: Buffer): boolean {
  const text = bytes.toString("latin1").replaceAll("\r\n", "")
  const spelled = (["base64", "base64url"] as const).map((form) => part.toString(form).slice(44, 120))
  return bytes.includes(part) || spelled.some((form) => text.includes(form))
}

const killed = async (): Promise<never> => await Promise.reject(new Error("killed here"))
