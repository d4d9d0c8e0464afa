import { codeOf, exitCodes, findFiles, messageOf, parseOptions, type Command } from "@darkslide/crypto/cli"
import type { ImageMetadata } from "../read/image-metadata.ts"
import { inFolder } from "./picture-files.ts"
import { readFileMetadata } from "./read-file.ts"
import { summaryRows, table, tagRows } from "./tag-rows.ts"

export const readCommand: Command = {
  help: `Usage: darkslide-metadata read [--all] [--json] [FILE|FOLDER]...

Tells what each FILE says about itself: size, dates, place, camera, texts, and what an ordinary viewer does not show. Of
a FOLDER, all files that are named like pictures or clips. Without FILE, standard input is read.

  -a, --all              every tag of every block as well
      --json             JSON Lines: all that was found, one line for each file
`,
  async run(args, signal) {
    const { values, positionals } = parseOptions(args, {
      all: { type: "boolean", short: "a" },
      json: { type: "boolean" },
    })
    const paths = await expand(positionals.length === 0 ? ["-"] : positionals)
    let failures = 0
    for await (const { path, found, error } of inOrder(paths, signal)) {
      signal.throwIfAborted()
      if (found !== undefined) {
        const text = values.json
          ? `${JSON.stringify({ type: "read", input: path, ...found })}\n`
          : describe(path, found, values.all === true)
        process.stdout.write(text)
        continue
      }
      failures++
      const line = { type: "failed", input: path, code: codeOf(error), message: messageOf(error) }
      if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`)
      else process.stderr.write(`darkslide-metadata: ${path}: ${messageOf(error)}\n`)
    }
    return failures === 0 ? exitCodes.ok : exitCodes.failed
  },
}

async function expand(inputs: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    inputs.map(async (input) =>
      input === "-" ? [{ path: input }] : await findFiles(input, { inFolder: inFolder.read }),
    ),
  )
  return found.flat().map(({ path }) => path)
}

interface Outcome {
  readonly path: string
  readonly found?: ImageMetadata
  readonly error?: unknown
}

/** Files read ahead of the one that is printed. */
const ahead = 16

async function* inOrder(paths: readonly string[], signal: AbortSignal): AsyncGenerator<Outcome, void> {
  const attempt = async (path: string): Promise<Outcome> => {
    try {
      return { path, found: await readFileMetadata(path, signal) }
    } catch (error) {
      return { path, error }
    }
  }
  const started: Promise<Outcome>[] = []
  const rest = paths.values()
  for (const path of rest) {
    started.push(attempt(path))
    if (started.length < ahead) continue
    const first = await started.shift()
    if (first !== undefined) yield first
  }
  for (const outcome of started) yield await outcome
}

function describe(path: string, found: ImageMetadata, all: boolean): string {
  const rows = all ? [...summaryRows(found), ...tagRows(found)] : summaryRows(found)
  const issues = found.issues.map(({ code, where }) => ({ group: "issue", name: code, value: where }))
  return `${path}\n${table([...rows, ...issues])}`
}
