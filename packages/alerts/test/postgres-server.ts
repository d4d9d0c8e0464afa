import { execFileSync, spawn } from "node:child_process"
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"

const binaries = globSync("/usr/lib/postgresql/*/bin").toSorted().at(-1)
export const hasPostgres: boolean = binaries !== undefined && existsSync(join(binaries, "initdb"))

export interface PostgresServer extends AsyncDisposable {
  readonly url: string
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65534
const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}

/** Starts Debian's PostgreSQL on an empty database, on a free port of this machine's loopback. */
export async function startPostgres(): Promise<PostgresServer> {
  if (binaries === undefined) throw new Error("Cannot start PostgreSQL: not installed")
  const folder = mkdtempSync(join(tmpdir(), "alerts-postgres-"))
  if ("uid" in identity) chownSync(folder, nobody, nobody)
  const data = join(folder, "data")
  const options = { ...identity, cwd: folder, env: { ...process.env, HOME: folder, LC_ALL: "C.UTF-8" } }
  const setUp = ["-D", data, "-U", "alerts", "-A", "trust", "-E", "UTF8", "--no-sync"]
  execFileSync(join(binaries, "initdb"), setUp, { ...options, stdio: "ignore" })
  const port = await freePort()
  const settings = ["-h", "127.0.0.1", "-p", String(port), "-k", folder, "-c", "shared_buffers=32MB"]
  const server = spawn(join(binaries, "postgres"), ["-D", data, ...settings], { ...options, stdio: "ignore" })
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()))
  const url = `postgres://alerts@127.0.0.1:${port}/postgres`
  await untilReady(url)
  return {
    url,
    async [Symbol.asyncDispose]() {
      // A smart shutdown: it waits until the clients, which have said goodbye, are gone.
      server.kill("SIGTERM")
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(url: string): Promise<void> {
  for (let tried = 0; ; tried += 1) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      // Not listening yet.
      if (tried > 300) throw error
      await sleep(50)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port")
  return address.port
}
