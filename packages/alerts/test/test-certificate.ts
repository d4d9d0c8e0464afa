import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface TestCertificate {
  readonly key: string
  readonly cert: string
}

/** A certificate of a server that calls itself `localhost` and 127.0.0.1, its own authority, made by OpenSSL. */
export function makeCertificate(): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), "alerts-certificate-"))
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")]
  const names = "subjectAltName=DNS:localhost,DNS:hooks.example,IP:127.0.0.1"
  const shape = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
  const about = ["-subj", "/CN=localhost", "-addext", names]
  execFileSync("openssl", ["req", "-x509", ...shape, ...about, "-keyout", key, "-out", cert], { stdio: "ignore" })
  const made = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") }
  rmSync(folder, { recursive: true })
  return made
}
