import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { connect, createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import { bearer, commit, createUpload, headUpload, patchUpload, register, sealPhoto, upload } from "./blind-client.ts"
import type { Send } from "./blind-client.ts"
import { temporaryFolder } from "./server-fixture.ts"

const main = join(import.meta.dirname, "../src/main.ts")

function run(environment: Readonly<Record<string, string>>) {
  const env = { ...process.env, DARKSLIDE_PORT: "0", ...environment }
  const child = spawn(process.execPath, ["--conditions=@darkslide/source", main], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  const ended = once(child, "exit").then(([code]) => code as number | null)
  const errors = text(child.stderr)
  return { child, ended, errors }
}

/** Starts a server and waits for the line that says where it is. */
async function started(folder: string, environment: Readonly<Record<string, string>> = {}) {
  const server = run({ DARKSLIDE_DATA: folder, ...environment })
  let output = ""
  const url = await new Promise<string>((resolve, reject) => {
    server.child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
      const found = /^Darkslide is at (http:\S+)$/m.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    void server.ended.then(async (code) => reject(new Error(`exit code ${code}: ${await server.errors}`)))
  })
  const send: Send = (path, init) => fetch(`${url}${path}`, init)
  return { ...server, url, send, output: () => output }
}

/** What a start that fails says: one line, and exit code 1. */
async function failure(environment: Readonly<Record<string, string>>): Promise<string> {
  const { ended, errors } = run(environment)
  expect(await ended).toBe(1)
  const said = await errors
  expect(said.trimEnd().split("\n")).toHaveLength(1)
  return said
}

describe("the server", () => {
  test("keeps accounts and captures over a clean stop, and exits with 0", async () => {
    const folder = await temporaryFolder()
    const first = await started(folder)
    const ada = await register(first.send, "ada")
    const sealed = await sealPhoto(ada, new Uint8Array(200_000).fill(7))
    expect((await commit(ada.send, sealed, await upload(ada.send, sealed.media))).status).toBe(201)
    first.child.kill("SIGTERM")
    expect(await first.ended).toBe(0)
    expect(await first.errors).toBe("")

    const second = await started(folder)
    const send = bearer(second.send, ada.token)
    const media = await send(`/v1/captures/${sealed.captureId}/media`)
    expect(new Uint8Array(await media.arrayBuffer())).toEqual(sealed.media)
    const lines = second
      .output()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("Darkslide is at "))
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("level")
    second.child.kill("SIGINT")
    expect(await second.ended).toBe(0)
  })

  test("lets a second one on its folder, and on its port, only say why not", async () => {
    const folder = await temporaryFolder()
    const first = await started(folder)
    expect(await failure({ DARKSLIDE_DATA: folder })).toMatch(/another Darkslide server is running on it/)
    const { port } = new URL(first.url)
    expect(await failure({ DARKSLIDE_DATA: await temporaryFolder(), DARKSLIDE_PORT: port })).toContain(`port ${port}`)
  })

  test("says in one line what it cannot use", async () => {
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    onTestFinished(() => void taken.close())
    const port = String((taken.address() as AddressInfo).port)
    const folder = await temporaryFolder()
    expect(await failure({ DARKSLIDE_DATA: folder, DARKSLIDE_PORT: port })).toContain("DARKSLIDE_PORT")
    expect(await failure({ DARKSLIDE_DATA: folder, DARKSLIDE_PORT: "x" })).toContain("DARKSLIDE_PORT")
    await writeFile(join(folder, "file"), "")
    expect(await failure({ DARKSLIDE_DATA: join(folder, "file") })).toContain(join(folder, "file"))
    const blocked = await temporaryFolder()
    await mkdir(join(blocked, "lock.sqlite"))
    expect(await failure({ DARKSLIDE_DATA: blocked })).toContain("DARKSLIDE_DATA")
  })

  test("keeps what arrived of an upload whose line was cut", async () => {
    const server = await started(await temporaryFolder())
    const ada = await register(server.send, "ada")
    const url = (await createUpload(ada.send, 1_000_000)).headers.get("location") ?? ""
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    await once(socket, "connect")
    const head = [
      `PATCH ${url} HTTP/1.1`,
      `Host: ${hostname}`,
      `Authorization: Bearer ${ada.token}`,
      "Tus-Resumable: 1.0.0",
      "Upload-Offset: 0",
      "Content-Type: application/offset+octet-stream",
      "Content-Length: 1000000",
    ]
    socket.write(`${head.join("\r\n")}\r\n\r\n`)
    await new Promise((resolve) => socket.write(new Uint8Array(300_000), resolve))
    socket.destroy()
    const offset = Number((await headUpload(ada.send, url)).headers.get("upload-offset"))
    expect(offset).toBeLessThanOrEqual(300_000)
    const rest = await patchUpload(ada.send, url, offset, new Uint8Array(1_000_000 - offset))
    expect([rest.status, rest.headers.get("upload-offset")]).toEqual([204, "1000000"])
    server.child.kill("SIGTERM")
    expect(await server.ended).toBe(0)
    expect(await server.errors).toBe("")
    expect(server.output()).not.toContain('"level":50')
  })

  test("answers a request that is under way when it is told to stop", async () => {
    const server = await started(await temporaryFolder())
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    await once(socket, "connect")
    const body = JSON.stringify({ handle: "x", suite: 1 })
    socket.write(`POST /v1/login/start HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n`)
    socket.write(`Content-Length: ${body.length}\r\n\r\n`)
    // The server has the request once it answers another one that was sent after it.
    expect((await server.send("/v1/health")).status).toBe(200)
    server.child.kill("SIGTERM")
    socket.write(body)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 422 /)
    expect(await server.ended).toBe(0)
  })
})
