import { parseArgs, type ParseArgsOptionsConfig } from "node:util"
import { UsageError } from "./usage-error.ts"

/** Exit codes of every command; 130 is what a shell expects after Ctrl-C. */
export const exitCodes = { ok: 0, usage: 1, failed: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface Command {
  /** What `--help` prints. */
  readonly help: string
  /** @throws UsageError before anything is done. */
  run(args: readonly string[], signal: AbortSignal): Promise<ExitCode>
}

/** Options that every command has that makes files of files. */
export const resultOptions = {
  output: { type: "string", short: "o" },
  force: { type: "boolean" },
  json: { type: "boolean" },
  jobs: { type: "string", short: "j" },
} as const satisfies ParseArgsOptionsConfig

export const resultOptionsHelp: string = `  -o, --output PATH      where to write: a file for one file, a folder for more; - is standard output
      --force            overwrite what is there
  -j, --jobs N           files worked on at once (default: four for each processor, 16 at most)
      --json             tell what happened as JSON Lines on standard output`

/** The same, for commands that may need a passphrase. */
export const fileOptions = {
  ...resultOptions,
  "passphrase-file": { type: "string" },
} as const satisfies ParseArgsOptionsConfig

export const fileOptionsHelp: string = `${resultOptionsHelp}
      --passphrase-file FILE
                         take the passphrase from the first line of FILE; else the terminal is asked`

/** @throws UsageError for what the command does not know. */
export function parseOptions<const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))
      throw new UsageError(error.message.split(". ")[0] ?? error.message, { cause: error })
    throw error
  }
}
