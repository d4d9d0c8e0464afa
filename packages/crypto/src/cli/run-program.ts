import { exitCodes, type Command, type ExitCode } from "./command.ts"
import { UsageError } from "./usage-error.ts"

/** A program of several commands. */
export interface Program {
  /** As it is typed, and as it begins its complaints. */
  readonly name: string
  /** One sentence. */
  readonly about: string
  /** Each is loaded when it is asked for: starting is most of the time that a small file takes. */
  readonly commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>>
}

/** Runs the command that the process was started with, and sets the exit code. An interrupt stops it cleanly. */
export async function runProgram(program: Program): Promise<void> {
  const interruption = new AbortController()
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => interruption.abort(new DOMException("interrupted", "AbortError")))
  try {
    process.exitCode = await runCommand(program, process.argv.slice(2), interruption.signal)
  } catch (error) {
    const code = interruption.signal.aborted
      ? exitCodes.interrupted
      : error instanceof UsageError
        ? exitCodes.usage
        : exitCodes.failed
    process.stderr.write(`${program.name}: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = code
  }
}

async function runCommand(
  program: Program,
  [name, ...args]: readonly string[],
  signal: AbortSignal,
): Promise<ExitCode> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(helpOf(program))
    return name === undefined ? exitCodes.usage : exitCodes.ok
  }
  const entry = Object.hasOwn(program.commands, name) ? program.commands[name] : undefined
  if (!entry) throw new UsageError(`there is no command "${name}"; "${program.name} --help" lists them`)
  const command = await entry.load()
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(command.help)
    return exitCodes.ok
  }
  return await command.run(args, signal)
}

function helpOf({ name, about, commands }: Program): string {
  const lines = Object.entries(commands).map(([command, { summary }]) => `  ${command.padEnd(10)} ${summary}`)
  return `Usage: ${name} COMMAND [OPTION]... [FILE|FOLDER]...

${about}

${lines.join("\n")}

"${name} COMMAND --help" says more.

Exit codes: 0 all done, 1 the command line is wrong (nothing was done), 2 something was refused or failed (the other
files are done), 130 interrupted. A file is either whole under its name or not there: it is written under another name
beside it first.
`
}
