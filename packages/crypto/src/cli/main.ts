#!/usr/bin/env node
import { exitCodes, type Command, type ExitCode } from "./command.ts"
import { UsageError } from "./usage-error.ts"

/** Each is loaded when it is asked for: starting is most of the time that a small file takes. */
const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  keygen: {
    summary: "make a new identity, or show its recipient",
    load: async () => (await import("./keygen.ts")).keygenCommand,
  },
  seal: {
    summary: "seal files and folders for recipients or a passphrase",
    load: async () => (await import("./seal.ts")).sealCommand,
  },
  open: {
    summary: "open sealed files and folders of them",
    load: async () => (await import("./open.ts")).openCommand,
  },
  inspect: {
    summary: "tell what a sealed file shows to anyone, without a key",
    load: async () => (await import("./inspect.ts")).inspectCommand,
  },
  rewrap: {
    summary: "change who can open sealed files, without touching what is in them",
    load: async () => (await import("./rewrap.ts")).rewrapCommand,
  },
  fernet: {
    summary: "seal, open and rotate Fernet tokens",
    load: async () => (await import("./fernet.ts")).fernetCommand,
  },
  import: {
    summary: "take over what older applications left",
    load: async () => (await import("./import.ts")).importCommand,
  },
}

const help = `Usage: darkslide COMMAND [OPTION]... [FILE|FOLDER]...

Seals files so that only chosen people can open them, as age files (age-encryption.org/v1).

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join("\n")}

"darkslide COMMAND --help" says more.

Exit codes: 0 all done, 1 the command line is wrong (nothing was done), 2 something was refused or failed (the other
files are done), 130 interrupted. A file is either whole under its name or not there: it is written under another name
beside it first.
`

async function main([name, ...args]: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help)
    return name === undefined ? exitCodes.usage : exitCodes.ok
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry) throw new UsageError(`there is no command "${name}"; "darkslide --help" lists them`)
  const command = await entry.load()
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(command.help)
    return exitCodes.ok
  }
  return await command.run(args, signal)
}

const interruption = new AbortController()
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => interruption.abort(new DOMException("interrupted", "AbortError")))

try {
  process.exitCode = await main(process.argv.slice(2), interruption.signal)
} catch (error) {
  const code = interruption.signal.aborted
    ? exitCodes.interrupted
    : error instanceof UsageError
      ? exitCodes.usage
      : exitCodes.failed
  process.stderr.write(`darkslide: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = code
}
