import { once } from "node:events"
import type { AddressInfo } from "node:net"
import PostalMime, { type Email } from "postal-mime"
import { SMTPServer } from "smtp-server"

/** A real SMTP server that keeps what it is given. */
export interface MailSink extends AsyncDisposable {
  /** For `DARKSLIDE_SMTP`. */
  readonly url: string
  count(): number
  /** The last that came. */
  last(): Promise<Email>
}

export async function startMailSink(): Promise<MailSink> {
  const raw: Buffer[] = []
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        raw.push(Buffer.concat(chunks))
        done()
      })
    },
  })
  server.listen(0, "127.0.0.1")
  await once(server.server, "listening")
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}?security=none`,
    count: () => raw.length,
    last: async () => await PostalMime.parse(raw.at(-1) ?? ""),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
