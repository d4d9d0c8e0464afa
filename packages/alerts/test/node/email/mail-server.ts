import type { AddressInfo } from "node:net"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import type { TestCertificate } from "../../test-certificate.ts"

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: Buffer
  readonly isSecure: boolean
}

export interface MailServer extends AsyncDisposable {
  readonly port: number
  readonly received: ReceivedMail[]
  readonly connections: () => number
}

export const login = { user: "alerts", password: "correct horse" }

/** A real SMTP server on this machine: STARTTLS and a login are required. */
export async function startMailServer(
  certificate: TestCertificate,
  options: SMTPServerOptions = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = []
  let connections = 0
  const server = new SMTPServer({
    ...certificate,
    logger: false,
    onConnect: (_, done) => {
      connections += 1
      done()
    },
    onAuth: ({ username, password }, _, done) => {
      if (username === login.user && password === login.password) done(null, { user: username })
      else done(Object.assign(new Error("No such user or password"), { responseCode: 535 }))
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false || mailFrom === null ? "" : mailFrom.address
        const to = rcptTo.map(({ address }) => address)
        received.push({ from, to, raw: Buffer.concat(chunks), isSecure: session.secure })
        done()
      })
    },
    ...options,
  })
  // A client that gives up the handshake is what some tests are about.
  server.on("error", () => undefined)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    received,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
