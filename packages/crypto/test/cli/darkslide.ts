import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The command as it stands in the source, run by Node as it is. */
export const darkslideCommand = [
  process.execPath,
  "--conditions=@darkslide/source",
  fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url)),
] as const

export interface Outcome {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

export function start(args: readonly string[], cwd: string): ChildProcessWithoutNullStreams {
  const [node, ...command] = darkslideCommand
  return spawn(node, [...command, ...args], { cwd })
}

/** Runs the command in a folder, to its end. */
export async function darkslide(
  cwd: string,
  args: readonly string[],
  input: Uint8Array | string = "",
): Promise<Outcome> {
  const child = start(args, cwd)
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on("data", (piece: Buffer) => stdout.push(piece))
  child.stderr.on("data", (piece: Buffer) => stderr.push(piece))
  child.stdin.on("error", () => undefined).end(input)
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve))
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

/** A new folder that goes away at the end of the block. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "darkslide-cli-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** All files below a folder, hidden ones too. */
export function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}
