import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"

/** A real server in a process of its own, on one port and folder over all its lives. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  /** Resolves when it answers. */
  start(): Promise<void>
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>
}

const main = join(import.meta.dirname, "../src/main.ts")
const limits = { DARKSLIDE_OPEN_UPLOADS: "10000", DARKSLIDE_REGISTRATIONS_PER_ADDRESS: "1000" }

/**
 * @param folders.compiled - Keeps compiled code between starts. A process writes it when it ends by itself, so the first
 * life should.
 */
export async function serverProcess(
  folders: { readonly data: string; readonly compiled: string },
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const start = async () => {
    const env = {
      ...process.env,
      ...limits,
      ...environment,
      DARKSLIDE_DATA: folders.data,
      NODE_COMPILE_CACHE: folders.compiled,
      DARKSLIDE_PORT: String(port),
      DARKSLIDE_LOG: "error",
    }
    const started = spawn(process.execPath, ["--conditions=@darkslide/source", main], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    })
    child = started
    const lines = createInterface({ input: started.stdout })
    await new Promise<void>((resolve, reject) => {
      started.once("exit", (code) => reject(new Error(`the server did not start: exit code ${code}`)))
      lines.on("line", (line) => {
        if (line.startsWith("Darkslide is at ")) resolve()
        else process.stderr.write(`${line}\n`)
      })
    })
  }
  const kill = async (running: ChildProcess, signal: "SIGKILL" | "SIGTERM") => {
    const ended = once(running, "exit")
    running.kill(signal)
    const [code] = (await ended) as [number | null]
    return code
  }
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    async kill(signal) {
      if (child === undefined) throw new Error("the server is not running")
      return await kill(child, signal)
    },
    async [Symbol.asyncDispose]() {
      if (child !== undefined && child.exitCode === null && child.signalCode === null) await kill(child, "SIGKILL")
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, "close")
  return port
}
