import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { open, openHeader, openPayload, parseIdentity, splitFile, type Identity } from "@darkslide/crypto"
import type { Browser } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startDemoServer, type DemoServer } from "./demo-server.ts"
import { freshPage, launchChromium, screens } from "./launch-chromium.ts"
import { findLeaks, type Haystack } from "./leak-search.ts"
import { startRecordingProxy, type RecordingProxy } from "./recording-proxy.ts"
import { writeTestClip } from "./test-clip.ts"
import { Visitor } from "./visitor.ts"

const credentials = { handle: "canary-handle-7b1d", password: "canary password: Quitte ou double 93 ✓" }

let folder: string
let server: DemoServer
let proxy: RecordingProxy
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "darkslide-clip-"))
  const clip = join(folder, "clip.y4m")
  await writeTestClip(clip, 20_261_120)
  server = await startDemoServer({ DARKSLIDE_LOG: "trace" })
  proxy = await startRecordingProxy(server.origin)
  browser = await launchChromium(clip)
})

afterAll(async () => {
  await browser?.close()
  await proxy?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe("the server is blind", () => {
  test("to picture, thumbnail, record, password and handle: in its folder, its log, and all it was ever sent", async () => {
    const { picture, thumbnail, record, secondPicture } = await takeKnownPictures()
    const bodies = proxy.requests.map((each) => ({ name: `body of ${each.method} ${each.path}`, bytes: each.body }))
    const heads = proxy.requests.map((each) => ({ name: `head of ${each.path}`, bytes: Buffer.from(each.head) }))
    const kept = [...(await filesOf(server.dataFolder)), { name: "log", bytes: Buffer.from(server.log()) }]
    const everything = [...kept, ...bodies, ...heads]
    expect(kept.length).toBeGreaterThan(3)
    expect(bodies.length).toBeGreaterThan(8)
    expect(server.log()).toContain("/v1/captures")

    // What is searched for is really what it should be, and the search really finds.
    expect([...picture.subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(findLeaks("picture", picture, [{ name: "itself", bytes: picture.subarray(1000, 1016) }])).toHaveLength(1)
    const base64 = Buffer.from(Buffer.from(picture.subarray(1001, 1050)).toString("base64"))
    expect(findLeaks("picture", picture, [{ name: "itself", bytes: base64 }])).not.toEqual([])

    expect(findLeaks("picture", picture, everything)).toEqual([])
    expect(findLeaks("deleted picture", secondPicture, everything)).toEqual([])
    expect(findLeaks("thumbnail", thumbnail, everything)).toEqual([])
    expect(findLeaks("record", record, everything)).toEqual([])
    expect(findLeaks("password", Buffer.from(credentials.password), everything)).toEqual([])

    const mayNameTheHandle = /^body of POST \/v1\/(register|login)\/(start|finish)$/
    const elsewhere = everything.filter(({ name }) => !mayNameTheHandle.test(name))
    expect(findLeaks("handle", Buffer.from(credentials.handle), elsewhere)).toEqual([])
    expect(findLeaks("handle", Buffer.from(credentials.handle), bodies)).not.toEqual([])
  })
})

interface KnownPictures {
  readonly picture: Uint8Array
  readonly secondPicture: Uint8Array
  readonly thumbnail: Uint8Array
  readonly record: Uint8Array
}

/** Goes through the app by the proxy: two pictures, of which one is deleted; another login; an export. */
async function takeKnownPictures(): Promise<KnownPictures> {
  const { page, close } = await freshPage(browser, screens.desktop)
  const visitor = new Visitor(page, proxy.origin)
  await visitor.createAccount(credentials)
  await visitor.takePhoto()
  const captureId = await visitor.save()
  await visitor.openCamera()
  await visitor.takePhoto()
  const secondId = await visitor.save()
  await visitor.visit("/library")
  await visitor.unlock(credentials.password)
  await visitor.openPhoto(secondId)
  const secondPicture = await visitor.download()
  await visitor.deletePhoto()
  await visitor.openPhoto(captureId)
  const picture = await visitor.download()
  const sealed = await visitor.exportSealed()
  const identity = identityIn(await visitor.exportKey(credentials.password))
  expect(await open(sealed, { with: [identity] })).toEqual(picture)
  const parts = await openParts(page, captureId, identity)
  await visitor.signOut()
  await close()
  return { picture, secondPicture, ...parts }
}

/** Thumbnail and record as the owner's key opens them. */
async function openParts(
  page: Visitor["page"],
  captureId: string,
  identity: Identity,
): Promise<{ thumbnail: Uint8Array; record: Uint8Array }> {
  const get = async (path: string) => await (await page.request.get(new URL(path, proxy.origin).href)).body()
  const capture = JSON.parse((await get(`/v1/captures/${captureId}`)).toString()) as { header: string; record: string }
  const header = Buffer.from(capture.header, "base64url")
  const fileKey = await openHeader(splitFile(header).header, { with: [identity] })
  const thumbnail = await openPayload(fileKey, await get(`/v1/captures/${captureId}/thumbnail`))
  const record = await openPayload(fileKey, Buffer.from(capture.record, "base64url"))
  return { thumbnail: withoutPadding(thumbnail), record: secretPartOf(record) }
}

/** A thumbnail ends with its last marker; zeros pad it. */
function withoutPadding(thumbnail: Uint8Array): Uint8Array {
  return thumbnail.subarray(0, Buffer.from(thumbnail).lastIndexOf(Buffer.from([0xff, 0xd9])) + 2)
}

/**
 * What of a record only its readers know: all that follows the three ids, up to the padding. The ids the server knows:
 * it keeps captures under one, accounts under another, and the account's state lists its devices.
 */
function secretPartOf(record: Uint8Array): Uint8Array {
  const text = Buffer.from(record)
  const start = text.indexOf('"createdAt"')
  const end = 4 + text.readUInt32BE(0) + 64
  if (start < 0) throw new Error("a record without a time")
  return text.subarray(start, end)
}

function identityIn(file: string): Identity {
  return parseIdentity(file.split("\n").find((line) => line.startsWith("AGE-SECRET-KEY-1")) ?? "")
}

async function filesOf(root: string): Promise<Haystack[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(files.map(async (path) => ({ name: path.slice(root.length), bytes: await readFile(path) })))
}
