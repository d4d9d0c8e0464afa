import { stat } from "node:fs/promises"
import { inspect, type Inspection } from "../age/inspect.ts"
import { CryptoError } from "../errors.ts"
import { exitCodes, parseOptions, type Command } from "./command.ts"
import { readPieces } from "./pieces.ts"
import { messageOf } from "./report.ts"
import { isSystemError } from "./system-error.ts"

export const inspectCommand: Command = {
  help: `Usage: darkslide inspect [--json] [FILE]...

Tells for whom (by kind), how large and how armored each FILE is, as far as it shows that without a key. Nothing of it is
verified. Without FILE, standard input is inspected.

      --json             JSON Lines
`,
  async run(args) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } })
    let failures = 0
    for (const path of positionals.length === 0 ? ["-"] : positionals) {
      try {
        const found = await inspectFile(path)
        process.stdout.write(
          values.json ? `${JSON.stringify({ type: "inspected", input: path, ...found })}\n` : describe(path, found),
        )
      } catch (error) {
        if (!(error instanceof CryptoError) && !isSystemError(error, "ENOENT", "EACCES", "EISDIR")) throw error
        failures++
        const line = { type: "failed", input: path, code: error.code, message: error.message }
        if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`)
        else process.stderr.write(`darkslide: ${path}: ${messageOf(error)}\n`)
      }
    }
    return failures === 0 ? exitCodes.ok : exitCodes.failed
  },
}

async function inspectFile(path: string): Promise<Inspection> {
  const pieces = readPieces(path, () => undefined)
  return await inspect(pieces, path === "-" ? {} : { totalBytes: (await stat(path)).size })
}

const threats = {
  yes: "yes: a quantum computer opens it, one day",
  no: "no",
  unknown: "not known for these recipients",
} as const

function describe(path: string, found: Inspection): string {
  const kinds = found.stanzas.map(
    ({ type, workFactor }) => `  ${type}${workFactor === undefined ? "" : ` (work factor ${workFactor})`}\n`,
  )
  return `${path}: ${found.version}${found.armored ? ", armored" : ""}
${found.stanzas.length} recipient${found.stanzas.length === 1 ? "" : "s"}:
${kinds.join("")}quantum threat: ${threats[found.quantumThreat]}
header: ${found.headerBytes} bytes
plaintext: ${found.plaintextBytes === undefined ? "of unknown size, or the file is cut" : `${found.plaintextBytes} bytes`}
`
}
