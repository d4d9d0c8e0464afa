import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const foreground = new URL("../foreground.mjs", import.meta.url).href
const server = `
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => { console.log("got " + signal); process.exit(7) })
  setInterval(() => {}, 1000)
  console.log("up")`
const wrapper = `
  import { runInForeground } from ${JSON.stringify(foreground)}
  process.exitCode = await runInForeground(process.execPath, ["-e", ${JSON.stringify(server)}], process.env)`

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "runInForeground() hands on %s and the exit code",
  async (signal) => {
    const started = spawn(process.execPath, ["--input-type=module", "-e", wrapper], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: fileURLToPath(new URL("..", import.meta.url)),
    })
    const closed = once(started, "close")
    let said = ""
    for await (const text of started.stdout.setEncoding("utf8") as AsyncIterable<string>) {
      said += text
      if (text.includes("up")) started.kill(signal)
    }
    const [code] = (await closed) as [number | null]
    expect(said).toBe(`up\ngot ${signal}\n`)
    expect(code).toBe(7)
  },
)
