import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { emailChannel } from "@darkslide/alerts/email"
import { createTransport } from "nodemailer"
import type { BenchRow } from "../../../tools/bench/bench.ts"
import { notification } from "../test/notification.ts"
import { makeCertificate } from "../test/test-certificate.ts"
import { byTheClock, type Race } from "./by-the-clock.ts"

const amount = 1500
const atOnce = 10

/**
 * Beside nodemailer's pool as it is by default, over STARTTLS and a login to one SMTP server: it ends a connection after 100
 * mails, ours stays. What that costs is the server's handshake and its check of the password: as mail servers do it, by a
 * slow hash; and, told beside it, by none.
 */
export async function benchMail(): Promise<readonly BenchRow[]> {
  const hashed = await race("hashed", { name: "mails over STARTTLS and a login, password hashed", goal: 2 })
  const plain = await race("plain", { name: "mails over STARTTLS and a login, any password" })
  return [hashed, plain]
}

async function race(passwords: "hashed" | "plain", row: Pick<Race, "name" | "goal">): Promise<BenchRow> {
  await using cleanup = new AsyncDisposableStack()
  const folder = cleanup.adopt(mkdtempSync(join(tmpdir(), "alerts-bench-")), (path) =>
    rmSync(path, { recursive: true }),
  )
  const certificate = makeCertificate()
  const files = [join(folder, "key.pem"), join(folder, "cert.pem")]
  for (const [index, file] of files.entries()) writeFileSync(file, [certificate.key, certificate.cert][index] ?? "")
  const program = fileURLToPath(new URL("mail-sink.ts", import.meta.url))
  const sink = spawn(process.execPath, [program, ...files, passwords], { stdio: ["ignore", "pipe", "inherit"] })
  cleanup.defer(() => void sink.kill())
  const [said] = (await once(sink.stdout, "data")) as [Buffer]
  const port = Number(said.toString())

  const login = { user: "bench", password: "bench" }
  const from = { address: "alerts@example.org" }
  const channel = emailChannel({ host: "127.0.0.1", port, serverName: "localhost", ca: certificate.cert, login, from })
  cleanup.defer(() => channel.close())
  const peer = createTransport({
    pool: true,
    host: "127.0.0.1",
    port,
    secure: false,
    requireTLS: true,
    auth: { user: login.user, pass: login.password },
    tls: { ca: certificate.cert, servername: "localhost" },
  })
  cleanup.defer(() => peer.close())
  const signal = new AbortController().signal
  const all = async (send: (index: number) => Promise<unknown>): Promise<void> => {
    let next = 0
    const one = async (): Promise<void> => {
      while (next < amount) {
        next += 1
        await send(next)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
  }
  const shown = notification()
  return await byTheClock({
    ...row,
    peerName: "nodemailer's default pool",
    amount,
    unit: "mails per second",
    ours: async () =>
      await all(async (revision) => {
        const options = { destination: "robin@example.org", idempotencyKey: String(revision), signal }
        await channel.deliver({ ...shown, revision }, options)
      }),
    peer: async () =>
      await all(async (index) => {
        const [text, html] = [
          "Something moved\n\nAt the back door\n",
          "<h1>Something moved</h1><p>At the back door</p>",
        ]
        const messageId = `<${index}@example.org>`
        await peer.sendMail({
          from: from.address,
          to: "robin@example.org",
          subject: "Something moved",
          text,
          html,
          messageId,
        })
      }),
  })
}
