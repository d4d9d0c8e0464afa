// A real SMTP server in a process of its own, which takes every mail: prints its port. With `hashed`, it checks passwords by
// scrypt with Node's default cost, about that of the yescrypt that Debian logs in with; otherwise it takes any.
import { scrypt, scryptSync, timingSafeEqual } from "node:crypto"
import { readFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { argv, stdout } from "node:process"
import { SMTPServer } from "smtp-server"

const [, , keyFile = "", certFile = "", passwords = ""] = argv
const salt = "salt of this bench"
const known = scryptSync("bench", salt, 32)
const server = new SMTPServer({
  key: readFileSync(keyFile),
  cert: readFileSync(certFile),
  logger: false,
  onAuth: ({ password }, _, done) => {
    if (passwords !== "hashed") return done(null, { user: "bench" })
    scrypt(password ?? "", salt, 32, (error, key) => {
      if (error === null && timingSafeEqual(key, known)) done(null, { user: "bench" })
      else done(error ?? new Error("Wrong password"))
    })
  },
  onData: (stream, _, done) => {
    stream.resume()
    stream.on("end", () => done())
  },
})
server.listen(0, "127.0.0.1", () => stdout.write(`${(server.server.address() as AddressInfo).port}\n`))
