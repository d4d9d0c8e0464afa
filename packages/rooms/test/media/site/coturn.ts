import { spawn } from "node:child_process"
import { createSocket } from "node:dgram"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "./free-port.ts"

/** A TURN server on this machine alone. */
export interface Relay extends AsyncDisposable {
  readonly url: string
  readonly secret: string
}

/** Debian's coturn. */
export async function startCoturn(): Promise<Relay> {
  const folder = await mkdtemp(join(tmpdir(), "coturn-"))
  const [port, secret] = [await freePort(), "a secret of the test's relay"]
  const settings = [
    `listening-port=${port}`,
    "listening-ip=127.0.0.1",
    "relay-ip=127.0.0.1",
    "use-auth-secret",
    `static-auth-secret=${secret}`,
    "realm=darkslide.test",
    "allow-loopback-peers",
    "no-cli",
    "no-tls",
    "no-dtls",
    `pidfile=${join(folder, "pid")}`,
    `userdb=${join(folder, "db")}`,
    "log-file=stdout",
  ]
  const file = join(folder, "turnserver.conf")
  await writeFile(file, `${settings.join("\n")}\n`)
  const child = spawn("turnserver", ["-c", file], { stdio: "ignore" })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  await Promise.race([answers(port), ended.then(() => Promise.reject(new Error("coturn does not start")))])
  return {
    url: `turn:127.0.0.1:${port}?transport=udp`,
    secret,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Asks for our own address (STUN, RFC 8489) until somebody answers. */
async function answers(port: number): Promise<void> {
  const socket = createSocket("udp4")
  const request = Buffer.alloc(20)
  request.writeUInt16BE(0x0001, 0)
  request.writeUInt32BE(0x2112a442, 4)
  const answer = new Promise<void>((resolve) => socket.once("message", () => resolve()))
  // Nobody listening yet is an error of a connectionless socket too.
  socket.on("error", () => undefined)
  const asking = setInterval(() => socket.send(request, port, "127.0.0.1"), 50)
  await answer
  clearInterval(asking)
  socket.close()
}
