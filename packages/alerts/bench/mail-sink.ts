// A real SMTP server in a process of its own, which takes every mail: prints its port.
import { readFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { argv, stdout } from "node:process"
import { SMTPServer } from "smtp-server"

const [, , keyFile = "", certFile = ""] = argv
const server = new SMTPServer({
  key: readFileSync(keyFile),
  cert: readFileSync(certFile),
  logger: false,
  onAuth: (_, __, done) => done(null, { user: "bench" }),
  onData: (stream, _, done) => {
    stream.resume()
    stream.on("end", () => done())
  },
})
server.listen(0, "127.0.0.1", () => stdout.write(`${(server.server.address() as AddressInfo).port}\n`))
