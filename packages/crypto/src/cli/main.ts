#!/usr/bin/env node
import { exitCodes, type Command, type ExitCode } from "./command.ts"
import { fernetCommand } from "./fernet.ts"
import { importCommand } from "./import.ts"
import { inspectCommand } from "./inspect.ts"
import { keygenCommand } from "./keygen.ts"
import { openCommand } from "./open.ts"
import { rewrapCommand } from "./rewrap.ts"
import { sealCommand } from "./seal.ts"
import { UsageError } from "./usage-error.ts"

const commands: Readonly<Record<string, Command>> = {
  keygen: keygenCommand,
  seal: sealCommand,
  open: openCommand,
  inspect: inspectCommand,
  rewrap: rewrapCommand,
  fernet: fernetCommand,
  import: importCommand,
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
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`there is no command "${name}"; "darkslide --help" lists them`)
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
