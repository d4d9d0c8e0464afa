import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../../../demo-server/dist/main.js", import.meta.url))

/** The real, built server in a process and a data folder of its own. */
export interface DemoServer extends AsyncDisposable {
  readonly origin: string
  readonly dataFolder: string
  /** What it wrote to its output so far. */
  log(): string
}

/** @throws Error with the server's output when it does not come up within 20 seconds. */
export async function startDemoServer(environment: Readonly<Record<string, string>> = {}): Promise<DemoServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), "darkslide-story-"))
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, DARKSLIDE_PORT: "0", DARKSLIDE_DATA: dataFolder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  child.stdout.on("data", (text: Buffer) => (output += text.toString()))
  child.stderr.on("data", (text: Buffer) => (output += text.toString()))
  const stop = async () => {
    await stopProcess(child)
    await rm(dataFolder, { recursive: true, force: true })
  }
  try {
    const origin = await addressIn(child, () => output)
    return { origin, dataFolder, log: () => output, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function addressIn(child: ChildProcess, output: () => string): Promise<string> {
  const limit = AbortSignal.timeout(20_000)
  for (;;) {
    const address = /^Darkslide is at (http:\S+)$/m.exec(output())?.[1]
    if (address !== undefined) return address
    if (child.exitCode !== null) throw new Error(`The server ended: ${output()}`)
    if (!child.stdout) throw new Error("The server has no output")
    await Promise.race([once(child.stdout, "data", { signal: limit }), once(child, "exit", { signal: limit })])
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  child.kill("SIGTERM")
  await ended
}
