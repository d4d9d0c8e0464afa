import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { pamHook } from "../../../src/node/pam/pam-hook.ts"
import { readPamHook, type PamFailure } from "../../../src/node/pam/read-pam-hook.ts"
import { pamIsMissing, pamLogin } from "./pam-login.ts"

describe.skipIf(pamIsMissing !== undefined)(
  `the PAM hook, through pamtester (skipped: ${pamIsMissing ?? "no"})`,
  () => {
    test("tells of each failed login once, of no good one; of users that exist and that do not alike", async () => {
      const folder = await temporaryFolder()
      const { failures, socket } = listen(folder)
      await using pam = await pamLogin(pamHook({ alerts: socket }))
      expect((await pam.login("right")).isIn).toBe(true)
      expect((await pam.login("wrong")).isIn).toBe(false)
      expect((await pam.login("wrong", { user: "nobody-here" })).isIn).toBe(false)
      expect((await pam.login("wrong", { host: "192.0.2.7" })).isIn).toBe(false)
      expect((await pam.login("right", { host: "192.0.2.7" })).isIn).toBe(true)
      await expect.poll(() => failures.length).toBe(3)
      const service = "darkslide-test"
      expect(failures).toEqual([
        expect.objectContaining({ user: "robin", host: "", isRemote: false, service }),
        expect.objectContaining({ user: "nobody-here", isRemote: false }),
        expect.objectContaining({ user: "robin", host: "192.0.2.7", isRemote: true }),
      ])
    })

    test("tells the sentinel that a login failed, and nothing of whose", async () => {
      const folder = await temporaryFolder()
      const heard: string[] = []
      const server = createServer((socket) => socket.setEncoding("utf8").on("data", (text: string) => heard.push(text)))
      server.listen(join(folder, "ask.sock"))
      onTestFinished(() => void server.close())
      await using pam = await pamLogin(pamHook({ sentinel: join(folder, "ask.sock") }))
      await pam.login("wrong", { user: "a-password-typed-as-a-name" })
      await expect.poll(() => heard).toEqual(['{"type":"failed-login","remote":false}'])
    })

    test("lets people in, and keeps them out, when its listener is dead, missing or hung", async () => {
      const folder = await temporaryFolder()
      await hang(join(folder, "hung.sock"))
      for (const alerts of [join(folder, "missing.sock"), join(folder, "hung.sock"), "/etc/hostname"]) {
        await using pam = await pamLogin(pamHook({ alerts, sentinel: alerts }))
        expect((await pam.login("right")).isIn).toBe(true)
        expect((await pam.login("wrong")).isIn).toBe(false)
      }
    })
  },
)

describe("pamHook()", () => {
  test("refuses sockets that are no absolute paths, are too long, or none at all", () => {
    for (const options of [{}, { alerts: "alerts.sock" }, { sentinel: `/${"x".repeat(107)}` }, { alerts: "/a\nb" }])
      expect(() => pamHook(options)).toThrow(RangeError)
  })
})

describe("readPamHook()", () => {
  test("takes nothing that is not of the hook, nor more than 4 KiB, and is not held up by who never closes", async () => {
    const folder = await temporaryFolder()
    const { failures, socket } = listen(folder)
    await send(socket, "")
    const open = connect(socket)
    onTestFinished(() => void open.destroy())
    for (const text of [
      "",
      "not json",
      "null",
      '{"type":"motion"}',
      `{"type":"failed-login","user":"${"x".repeat(5000)}"}`,
    ])
      await send(socket, text)
    await send(socket, '{"type":"failed-login","remote":false,"user":"j\\u00c3\\u00b6rg","host":7}')
    await expect.poll(() => failures).toMatchObject([{ user: "jörg", host: "", isRemote: false, service: "", tty: "" }])
  })
})

/** A process that listens and then stands still, with more that wait for it than the kernel takes. */
async function hang(path: string): Promise<void> {
  const program = `require("node:net").createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log("up"))`
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  await once(child.stdout, "data")
  child.kill("SIGSTOP")
  const parked = Array.from({ length: 8 }, () => connect(path).on("error", () => undefined))
  onTestFinished(() => parked.forEach((socket) => socket.destroy()))
}

function listen(folder: string): { readonly socket: string; readonly failures: PamFailure[] } {
  const socket = join(folder, "alerts.sock")
  const failures: PamFailure[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const failure of readPamHook(socket, { signal: stop.signal })) failures.push(failure)
  })()
  onTestFinished(async () => {
    stop.abort()
    await reading
  })
  return { socket, failures }
}

/** Resolves when the other side has let go. */
async function send(path: string, text: string): Promise<void> {
  for (;;) {
    const socket = connect(path)
    try {
      await once(socket, "connect")
    } catch {
      // Not listening yet.
      continue
    }
    socket.on("error", () => undefined).end(text)
    await once(socket, "close")
    return
  }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-hook-"))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
