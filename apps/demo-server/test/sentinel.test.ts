import { openCapture } from "@darkslide/capture"
import { certifyDevice, fromBase64Url, readAccountState, toBase64Url, type UnlockedAccount } from "@darkslide/crypto"
import { execFile, spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { pino } from "pino"
import { describe, expect, onTestFinished, test } from "vitest"
import { drawWalk, hasRtspServer, serveRtsp } from "../../../packages/capture/test/node/network-camera.ts"
import { readConfiguration, startServer, type RunningServer } from "../src/index.ts"
import { pamHook } from "@darkslide/alerts/node"
import { answerOf, bearer, json, register, type BlindClient, type Send } from "./blind-client.ts"
import { temporaryFolder } from "./server-fixture.ts"

const run = promisify(execFile)
const program = fileURLToPath(import.meta.resolve("@darkslide/capture/node")).replace(
  "node.ts",
  "node/sentinel/main.ts",
)

interface Fixture {
  readonly client: BlindClient
  /** Without a token. */
  readonly send: Send
  readonly account: () => UnlockedAccount
  readonly configuration: string
  readonly folder: string
  startServer(): Promise<void>
  stopServer(): Promise<void>
  sentinel(...options: readonly string[]): Sentinel
}

interface Sentinel {
  readonly child: ChildProcess
  /** Resolves to the facts of the next line of that event. */
  event(name: string): Promise<Record<string, unknown>>
  readonly exit: Promise<number | null>
  readonly errors: () => string
}

describe("darkslide-sentinel", () => {
  test("delivers a still and a clip of what moved, and both open", async () => {
    const fixture = await sentinelFixture()
    await letIn(fixture)
    const sentinel = fixture.sentinel()
    expect(await sentinel.exit).toBe(0)
    const [photo, clip] = await delivered(fixture)
    expect(photo).toMatchObject({ kind: "photo", mediaType: "image/jpeg" })
    expect([...photo!.media.subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(clip).toMatchObject({ kind: "clip", mediaType: "video/mp4", seq: 2 })
    const { frames, duration } = await probe(clip!.media, fixture.folder)
    expect(frames).toBeGreaterThan(20)
    expect(duration).toBeCloseTo(frames / 15, 2)
    expect(await readdir(join(fixture.folder, "state", "items"))).toEqual([])
  })

  const isMissing = hasRtspServer ? "" : " (left out: no GStreamer RTSP server)"
  test.skipIf(!hasRtspServer)(`does so from a camera that speaks RTSP${isMissing}`, async () => {
    const path = join(await temporaryFolder(), "walk.mp4")
    await drawWalk(path)
    const fixture = await sentinelFixture({ source: { kind: "rtsp", url: await serveRtsp(path) } })
    await letIn(fixture)
    const sentinel = fixture.sentinel()
    await sentinel.event("delivered")
    await sentinel.event("delivered")
    sentinel.child.kill("SIGTERM")
    expect(await sentinel.exit).toBe(0)
    const [photo, clip] = await delivered(fixture)
    expect(photo).toMatchObject({ kind: "photo", mediaType: "image/jpeg" })
    expect(clip).toMatchObject({ kind: "clip", mediaType: "video/mp4", details: { trigger: { type: "motion" } } })
    expect((await probe(clip!.media, fixture.folder)).frames).toBeGreaterThan(20)
  })

  test("keeps what it took while the server is down, also through kill -9, and delivers it afterwards", async () => {
    const fixture = await sentinelFixture()
    await letIn(fixture)
    await fixture.stopServer()
    const killed = fixture.sentinel()
    await killed.event("sealed")
    await killed.event("sealed")
    await killed.event("waiting")
    killed.child.kill("SIGKILL")
    await killed.exit
    const kept = await everyByte(join(fixture.folder, "state"))
    expect(kept.includes(Buffer.from("ftyp"))).toBe(false)
    expect(kept.includes(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46]))).toBe(false)

    const next = fixture.sentinel()
    await next.event("waiting")
    await fixture.startServer()
    expect(await next.exit).toBe(0)
    const all = await delivered(fixture)
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
    expect(all.length).toBeGreaterThanOrEqual(4)
  })

  test("takes a capture when another program asks, and none for a remote one", async () => {
    const fixture = await sentinelFixture({ source: { kind: "test" }, motion: { enabled: false } })
    await letIn(fixture)
    const sentinel = fixture.sentinel()
    await sentinel.event("watching")
    await failLogin(fixture, "192.0.2.7")
    expect(await sentinel.event("trigger refused")).toMatchObject({ why: "nobody is before this camera" })
    await failLogin(fixture)
    await sentinel.event("delivered")
    await sentinel.event("delivered")
    sentinel.child.kill("SIGTERM")
    expect(await sentinel.exit).toBe(0)
    const all = await delivered(fixture)
    expect(all.map(({ details }) => details)).toEqual([
      { trigger: { type: "failed-login", at: expect.any(Number) } },
      { trigger: { type: "failed-login", at: expect.any(Number) } },
    ])
  })

  test("--check says what is missing by its exit code", async () => {
    const fixture = await sentinelFixture({ source: { kind: "test" } })
    expect(await fixture.sentinel("--check").exit).toBe(4)
    await letIn(fixture)
    expect(await fixture.sentinel("--check").exit).toBe(0)
    await fixture.stopServer()
    expect(await fixture.sentinel("--check").exit).toBe(75)
    await writeConfiguration(fixture.configuration, { source: { kind: "file", path: "nowhere.mp4" } })
    expect(await fixture.sentinel("--check").exit).toBe(3)
    await writeConfiguration(fixture.configuration, { clip: { beforeSeconds: -1 }, cilp: 3 })
    const refused = fixture.sentinel("--check")
    expect(await refused.exit).toBe(2)
    expect(refused.errors()).toContain("clip.beforeSeconds")
    expect(refused.errors()).toContain("cilp")
  })

  test("a device's token adds, and neither lists, reads nor deletes", async () => {
    const fixture = await sentinelFixture({ source: { kind: "test" } })
    await letIn(fixture)
    const sentinel = fixture.sentinel("--once")
    expect(await sentinel.exit).toBe(0)
    const [photo] = await delivered(fixture)
    const token = await deviceToken(fixture)
    const send = bearer(fixture.send, token)
    for (const path of ["/v1/captures", `/v1/captures/${photo!.captureId}/media`, "/v1/account", "/v1/heads"])
      expect((await send(path)).status).toBe(401)
    expect((await send(`/v1/captures/${photo!.captureId}`, json("DELETE", { tombstone: "AAAA" }))).status).toBe(401)
  })
})

/** A server, an account, and a configuration whose camera is a clip in which something crosses the picture. */
async function sentinelFixture(overrides: Record<string, unknown> = {}): Promise<Fixture> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const log = pino({ level: "silent" })
  const settings = readConfiguration({ DARKSLIDE_DATA: join(folder, "server"), DARKSLIDE_PORT: String(port) })
  let server: RunningServer | undefined
  const start = async () => {
    server = await startServer(settings, log)
  }
  const stop = async () => {
    await server?.stop()
    server = undefined
  }
  await start()
  onTestFinished(stop)
  const origin = `http://127.0.0.1:${port}`
  const send: Send = (path, init) => fetch(`${origin}${path}`, init)
  const client = await register(send, "garden")
  const configuration = join(folder, "sentinel.json")
  await drawWalk(join(folder, "walk.mp4"))
  await writeFile(
    configuration,
    JSON.stringify({
      source: { kind: "file", path: "walk.mp4", paced: false },
      account: { id: client.account.accountId, owner: client.account.recipient.toString() },
      server: { url: origin },
      folder: "state",
      clip: { beforeSeconds: 1, afterSeconds: 1 },
      triggers: { socket: "ask.sock" },
      ...overrides,
    }),
  )
  return {
    client,
    send,
    account: () => client.account,
    configuration,
    folder,
    startServer: start,
    stopServer: stop,
    sentinel: (...options) => startSentinel([...options, configuration]),
  }
}

function startSentinel(args: readonly string[]): Sentinel {
  const child = spawn(process.execPath, ["--conditions=@darkslide/source", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  const lines: Record<string, unknown>[] = []
  let errors = ""
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>)
    for (const wake of waiting) wake()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text))
  const exit = once(child, "close").then(([code]) => code as number | null)
  return {
    child,
    exit,
    errors: () => errors,
    async event(name) {
      for (;;) {
        const index = lines.findIndex((line) => line["event"] === name)
        if (index >= 0) return lines.splice(index, 1)[0]!
        const news = Promise.withResolvers<void>()
        waiting.add(news.resolve)
        const code = await Promise.race([news.promise, exit.then((code) => ({ code }))])
        waiting.delete(news.resolve)
        if (code) throw new Error(`the sentinel ended with ${code.code} before "${name}": ${errors}`)
      }
    },
  }
}

/** What an unlocked client does after comparing the fingerprint that the sentinel shows. */
async function letIn(fixture: Fixture): Promise<void> {
  const check = fixture.sentinel("--check")
  const { publicKey } = await check.event("device")
  await check.exit
  const device = { publicKey: fromBase64Url(String(publicKey), 32), scope: "capture", name: "garden" } as const
  const { stored } = await certifyDevice(fixture.account(), { device, at: Date.now() })
  const body = { state: toBase64Url(stored.state), keyring: toBase64Url(stored.keyring) }
  await answerOf(await fixture.client.send("/v1/account/state", json("PUT", body)))
}

/** Every capture that the server has, opened whole, in the device's order. */
async function delivered({ client }: Fixture) {
  const { state: stateText } = await answerOf<{ state: string }>(await client.send("/v1/account"))
  const state = readAccountState(fromBase64Url(stateText))
  const { captures } = await answerOf<{
    captures: Record<"captureId" | "header" | "record" | "sealing" | "private", string>[]
  }>(await client.send("/v1/captures"))
  const opened = captures.map(async ({ captureId, header, record, sealing, private: hidden }) => {
    const parts = {
      header: fromBase64Url(header),
      record: fromBase64Url(record),
      sealing: fromBase64Url(sealing),
      private: fromBase64Url(hidden),
    }
    const capture = await openCapture(parts, { with: client.account.identity, state, captureId })
    const part = async (name: string) =>
      new Uint8Array(await (await client.send(`/v1/captures/${captureId}/${name}`)).arrayBuffer())
    const thumbnail = await capture.openThumbnail(await part("thumbnail"))
    expect([...thumbnail.subarray(0, 2)]).toEqual([0xff, 0xd8])
    const media = await capture.openMedia(await part("media"), await part("chunks"))
    const { kind, mediaType } = capture.record
    return { captureId, kind, mediaType, media, seq: capture.private.seq, details: capture.private.details }
  })
  return (await Promise.all(opened)).toSorted((a, b) => a.seq - b.seq)
}

async function deviceToken(fixture: Fixture): Promise<string> {
  const { signDeviceLogin } = await import("@darkslide/capture")
  const { deviceIdOf, signerFromSeed } = await import("@darkslide/crypto")
  const signer = signerFromSeed(new Uint8Array(await readFile(join(fixture.folder, "state", "device.key"))))
  const { accountId } = fixture.account()
  const device = { accountId, deviceId: deviceIdOf(signer.publicKey), signer }
  const { deviceId } = device
  const start = await fixture.client.send("/v1/devices/login/start", json("POST", { accountId, deviceId }))
  const { loginId, challenge } = await answerOf<{ loginId: string; challenge: string }>(start)
  const login = toBase64Url(await signDeviceLogin(challenge, device))
  const finish = await fixture.client.send("/v1/devices/login/finish", json("POST", { loginId, login }))
  return (await answerOf<{ token: string }>(finish)).token
}

async function probe(clip: Uint8Array, folder: string): Promise<{ frames: number; duration: number }> {
  const path = join(folder, "probe.mp4")
  await writeFile(path, clip)
  const entries = ["-count_frames", "-show_entries", "stream=nb_read_frames:format=duration", "-of", "json"]
  const { stdout } = await run("ffprobe", ["-v", "error", ...entries, path])
  const { streams, format } = JSON.parse(stdout) as {
    streams: { nb_read_frames: string }[]
    format: { duration: string }
  }
  return { frames: Number(streams[0]!.nb_read_frames), duration: Number(format.duration) }
}

async function everyByte(folder: string): Promise<Buffer> {
  const found: Buffer[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) found.push(await readFile(join(entry.parentPath, entry.name)))
  return Buffer.concat(found)
}

async function writeConfiguration(path: string, changes: Record<string, unknown>): Promise<void> {
  await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, "utf8")) as object), ...changes }))
}

/** What PAM does at a failed login: runs the hook of the alerts package. */
async function failLogin(fixture: Fixture, from = ""): Promise<void> {
  const hook = join(fixture.folder, "hook")
  await writeFile(hook, pamHook({ sentinel: join(fixture.folder, "ask.sock") }), { mode: 0o755 })
  const env = { PAM_TYPE: "auth", PAM_SERVICE: "login", PAM_USER: "my password", PAM_RHOST: from }
  expect(await run("perl", ["-T", hook], { env })).toEqual({ stdout: "", stderr: "" })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address ? address.port : 0
}
