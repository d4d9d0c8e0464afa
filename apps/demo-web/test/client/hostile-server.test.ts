import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { sealCapture } from "@darkslide/capture"
import {
  accountStateHash,
  deviceIdOf,
  generateKeyPair,
  generateOpaqueServerKeys,
  generateSigningSeed,
  sealedChunkBytes,
  signAccountState,
  signerFromSeed,
  toBase64Url,
  type AccountState,
} from "@darkslide/crypto"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { startTestServer, photoOf, type Client, type Tamper, type TestServer } from "./client-fixture.ts"

const password = "correct horse battery"

let server: TestServer
let me: Client
let other: Client
let mine: readonly [string, string]
let theirs: string

beforeEach(async () => {
  server = await startTestServer()
  me = server.client()
  other = server.client()
  await me.account.createAccount({ handle: "myself", password })
  await other.account.createAccount({ handle: "other", password })
  mine = [(await me.library.save(photoOf(1))).captureId, (await me.library.save(photoOf(2))).captureId]
  theirs = (await other.library.save(photoOf(3))).captureId
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

type Json = Record<string, unknown>

/** Changes the JSON of one route. */
function changing(path: string | RegExp, change: (body: Json) => Json | Promise<Json>): Tamper {
  return async (request, answer) => {
    if (typeof path === "string" ? request.path !== path : !path.test(request.path)) return answer
    return Response.json(await change((await answer.json()) as Json), { status: answer.status })
  }
}

/** Changes the bytes of one resource. */
function replacing(path: string, change: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>): Tamper {
  return async (request, answer) => {
    if (request.path !== path) return answer
    return new Response(new Uint8Array(await change(new Uint8Array(await answer.arrayBuffer()))))
  }
}

/** A fresh page of the same browser: nothing is verified yet, but what was seen is remembered. */
async function reloaded(tamper?: Tamper): Promise<Client> {
  const client = server.client(me.store)
  await client.account.signIn({ handle: "myself", password })
  if (tamper) client.tamper = tamper
  return client
}

/** What another client of the server's choice gets for a capture. */
async function rawCapture(client: Client, captureId: string): Promise<Json> {
  let seen: Json = {}
  client.tamper = async (request, answer) => {
    if (request.path === "/v1/captures") {
      const page = (await answer.clone().json()) as { captures: Json[] }
      seen = page.captures.find((capture) => capture["captureId"] === captureId) ?? {}
    }
    return answer
  }
  await client.library.list()
  client.tamper = (_, answer) => answer
  return seen
}

async function rawBytes(client: Client, captureId: string, part: "media" | "thumbnail"): Promise<Uint8Array> {
  let seen = new Uint8Array()
  client.tamper = async (request, answer) => {
    if (request.path.endsWith(part)) seen = new Uint8Array(await answer.clone().arrayBuffer())
    return answer
  }
  await client.library[part](captureId)
  client.tamper = (_, answer) => answer
  return seen
}

describe("captures that the server swaps or changes are refused, and the rest of the library still works", () => {
  test("captures under each other's ids", async () => {
    const client = await reloaded(
      changing("/v1/captures", (page) => {
        const [a, b] = page["captures"] as [Json, Json]
        return { ...page, captures: [{ ...a, captureId: b["captureId"] }, b] }
      }),
    )
    const { items } = await client.library.list()
    expect(items.map((item) => item.refused)).toEqual(["CAPTURE_FOREIGN", undefined])
  })

  test("parts of another capture of the account, or of another account", async () => {
    const sources = [await rawCapture(me, mine[1]), await rawCapture(other, theirs)] as const
    const codes = {
      header: "CAPTURE_FOREIGN",
      record: "CAPTURE_RECORD_INVALID",
      sealing: "CAPTURE_RECORD_INVALID",
      private: "CAPTURE_RECORD_INVALID",
    }
    for (const [index, source] of sources.entries()) {
      for (const part of ["header", "record", "sealing", "private"] as const) {
        const client = await reloaded(
          changing("/v1/captures", (page) => ({
            ...page,
            captures: (page["captures"] as Json[]).map((capture) =>
              capture["captureId"] === mine[0] ? { ...capture, [part]: source[part] } : capture,
            ),
          })),
        )
        const { items } = await client.library.list()
        const expected = part === "header" && index === 0 ? "CAPTURE_RECORD_INVALID" : codes[part]
        expect(items.find((item) => item.captureId === mine[0])?.refused).toBe(expected)
        expect(items.find((item) => item.captureId === mine[1])?.refused).toBeUndefined()
        await client.library.thumbnail(mine[1])
      }
    }
  })

  test("media and thumbnails of another capture, or of another account", async () => {
    for (const part of ["media", "thumbnail"] as const) {
      for (const [client, id] of [
        [me, mine[1]],
        [other, theirs],
      ] as const) {
        const wrong = await rawBytes(client, id, part)
        me.tamper = replacing(`/v1/captures/${mine[0]}/${part}`, () => wrong)
        const code = part === "media" ? "CAPTURE_MEDIA_INVALID" : "CAPTURE_THUMBNAIL_INVALID"
        await expect(me.library[part](mine[0])).rejects.toMatchObject({ code })
        await me.library[part](mine[1])
      }
    }
  })

  test("media cut at a chunk, cut inside one, lengthened, and with a byte changed", async () => {
    const changes: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.slice(0, 16 + sealedChunkBytes),
      (bytes) => bytes.slice(0, -1),
      (bytes) => new Uint8Array([...bytes, 0]),
      (bytes) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1),
    ]
    for (const change of changes) {
      me.tamper = replacing(`/v1/captures/${mine[0]}/media`, change)
      await expect(me.library.media(mine[0])).rejects.toMatchObject({ code: "CAPTURE_MEDIA_INVALID" })
      me.tamper = replacing(`/v1/captures/${mine[0]}/export`, change)
      await expect(me.library.exportSealed(mine[0])).rejects.toMatchObject({ code: "CAPTURE_MEDIA_INVALID" })
    }
  })
})

describe("a capture that the server makes up is refused", () => {
  test("sealed to the public recipient and signed by a device of its own, or by none", async () => {
    const { account } = me.account.unlocked()
    const signer = signerFromSeed(generateSigningSeed())
    const known = account.state.devices[0]?.deviceId ?? ""
    for (const deviceId of [deviceIdOf(signer.publicKey), known]) {
      const forged = await sealCapture(
        {
          media: new Uint8Array(100),
          mediaType: "image/jpeg",
          kind: "photo",
          createdAt: 1,
          thumbnail: new Uint8Array(9),
        },
        {
          to: [account.recipient],
          owner: account.recipient,
          device: { accountId: account.accountId, deviceId, signer },
          position: { seq: 3, prevHash: toBase64Url(new Uint8Array(32)), skipped: [] },
        },
      )
      const { captureId } = forged
      const parts = Object.fromEntries(
        (["header", "record", "sealing", "private"] as const).map((part) => [part, toBase64Url(forged[part])]),
      )
      me.tamper = changing("/v1/captures", (page) => ({
        ...page,
        captures: [{ captureId, ...parts }, ...(page["captures"] as Json[])],
      }))
      const { items } = await me.library.list()
      expect(items[0]).toEqual({ captureId, refused: "CAPTURE_UNSIGNED" })
      expect(items.slice(1).every((item) => item.refused === undefined)).toBe(true)
    }
  })
})

describe("an account that the server changes is refused", () => {
  test("an older state, to a browser that saw the newer", async () => {
    const old = me.account.unlocked().account.stored
    const elsewhere = server.client()
    await elsewhere.account.signIn({ handle: "myself", password })
    await me.library.list()
    const older = (body: Json) => ({ ...body, state: toBase64Url(old.state), keyring: toBase64Url(old.keyring) })
    me.tamper = changing("/v1/account", older)
    await expect(me.library.list()).rejects.toMatchObject({ code: "ACCOUNT_ROLLED_BACK" })
    const again = server.client(me.store)
    again.tamper = changing("/v1/login/finish", older)
    await expect(again.account.signIn({ handle: "myself", password })).rejects.toMatchObject({
      code: "ACCOUNT_ROLLED_BACK",
    })
  })

  test("a state that names another recipient, and one that nobody signed", async () => {
    const { account } = me.account.unlocked()
    const next: AccountState = {
      ...account.state,
      recipients: [generateKeyPair().recipient.toString()],
      n: account.state.n + 1,
      previousHash: accountStateHash(account.stored.state),
    }
    // As good as the server could make it: even the root key's own signature does not help.
    const signers = [signerFromSeed(account.keyring.rootSeed), signerFromSeed(generateSigningSeed())]
    for (const signer of signers) {
      const state = toBase64Url(await signAccountState(next, signer))
      const fresh = server.client()
      fresh.tamper = changing("/v1/login/finish", (body) => ({ ...body, state }))
      await expect(fresh.account.signIn({ handle: "myself", password })).rejects.toMatchObject({
        code: "ACCOUNT_STATE_INVALID",
      })
      me.tamper = changing("/v1/account", (body) => ({ ...body, state }))
      await expect(me.library.list()).rejects.toMatchObject({ code: "ACCOUNT_STATE_INVALID" })
    }
  })

  test("another account's wrap, keyring or state at login", async () => {
    const { stored, accountId } = other.account.unlocked().account
    for (const part of ["wrap", "keyring", "state"] as const) {
      const fresh = server.client()
      fresh.tamper = changing("/v1/login/finish", (body) => ({ ...body, accountId, [part]: toBase64Url(stored[part]) }))
      await expect(fresh.account.signIn({ handle: "myself", password })).rejects.toMatchObject({
        code: "ACCOUNT_STATE_INVALID",
      })
    }
  })

  test("another suite, at registration, at login, and in the state", async () => {
    const fresh = server.client()
    fresh.tamper = changing(/^\/v1\/(login|register)\/start$/, (body) => ({ ...body, suite: 0 }))
    const refused = { code: "ACCOUNT_SUITE_REFUSED" }
    await expect(fresh.account.signIn({ handle: "myself", password })).rejects.toMatchObject(refused)
    await expect(fresh.account.createAccount({ handle: "new", password })).rejects.toMatchObject(refused)
    const { account } = me.account.unlocked()
    const root = signerFromSeed(account.keyring.rootSeed)
    const state = toBase64Url(await signAccountState({ ...account.state, minSuite: 2 }, root))
    fresh.tamper = changing("/v1/login/finish", (body) => ({ ...body, state }))
    await expect(fresh.account.signIn({ handle: "myself", password })).rejects.toMatchObject(refused)
  })

  test("another OPAQUE key, to a browser that knows the old one and to a fresh one", async () => {
    await server.restart(async () => {
      const path = join(server.folder, "secrets.json")
      const secrets = JSON.parse(await readFile(path, "utf8")) as Json
      const { privateKey, publicKey } = generateOpaqueServerKeys()
      const changed = { ...secrets, privateKey: toBase64Url(privateKey), publicKey: toBase64Url(publicKey) }
      await writeFile(path, JSON.stringify(changed))
    })
    const credentials = { handle: "myself", password }
    await expect(server.client(me.store).account.signIn(credentials)).rejects.toMatchObject({
      code: "ACCOUNT_SERVER_CHANGED",
    })
    await expect(server.client().account.signIn(credentials)).rejects.toMatchObject({ code: "ACCOUNT_LOGIN_FAILED" })
  })
})

describe("answers of another shape are refused", () => {
  test("HTML, JSON without its fields, redirects, and more bytes than belong there", async () => {
    const answers: Tamper[] = [
      () => new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } }),
      () => Response.json({ captures: "many" }),
      () => Response.json({ captures: [{ captureId: "../../etc/passwd" }], next: null }),
      () => new Response(endless()),
    ]
    for (const answer of answers) {
      me.tamper = (request, real) => (request.path === "/v1/captures" ? answer(request, real) : real)
      await expect(me.library.list()).rejects.toMatchObject({ code: "SERVER_MALFORMED" })
    }
    me.tamper = (request, real) => (request.path.endsWith("/media") ? new Response(endless()) : real)
    await expect(me.library.media(mine[0])).rejects.toMatchObject({ code: "SERVER_MALFORMED" })
    me.tamper = () => {
      throw new TypeError("fetch failed")
    }
    await expect(me.library.list()).rejects.toMatchObject({ code: "OFFLINE" })
  })
})

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) })
}
