#!/usr/bin/env node
import { parseArgs } from "node:util"
import { readConfiguration } from "./configuration.ts"
import { lineLog } from "./log.ts"
import { captureOnce, checkSentinel, runSentinel } from "./run-sentinel.ts"
import { exitCodes, SentinelError } from "./sentinel-error.ts"

const help = `darkslide-sentinel [--check | --once] <configuration.json>

Watches a camera; on motion, or when another program asks, takes a still and a clip with the seconds before, seals both
to the owner, and brings them to the owner's server.

  --check   opens the camera and signs in to the server, and takes nothing
  --once    takes one still and one clip now, delivers them, and ends
  --help    this text

Exit codes: 0 done · 2 command line or configuration · 3 camera · 4 refused by the server · 5 folder of key and queue ·
75 sealed and queued, not delivered yet
`

async function main(): Promise<void> {
  const { values, positionals } = readCommand()
  if (values.help) return void process.stdout.write(help)
  const [file] = positionals
  if (positionals.length !== 1 || file === undefined || (values.check && values.once))
    throw new SentinelError("configuration", help)
  const configuration = await readConfiguration(file)
  const stop = new AbortController()
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort())
  const options = { log: lineLog((line) => process.stdout.write(line)), signal: stop.signal }
  if (values.check) await checkSentinel(configuration, options)
  else if (values.once) await captureOnce(configuration, options)
  else await runSentinel(configuration, options)
}

function readCommand() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        check: { type: "boolean", default: false },
        once: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    })
  } catch (cause) {
    throw new SentinelError("configuration", help, { cause })
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof SentinelError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = exitCodes[error.reason]
}
