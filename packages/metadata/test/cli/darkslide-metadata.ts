import { execFile, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs the command as it stands in the source, in a folder, to its end. */
export async function darkslideMetadata(
  cwd: string,
  args: readonly string[],
  input: Uint8Array | string = "",
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--conditions=@darkslide/source", program, ...args], { cwd })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on("data", (piece: Buffer) => stdout.push(piece))
  child.stderr.on("data", (piece: Buffer) => stderr.push(piece))
  child.stdin.on("error", () => undefined).end(input)
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve))
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

/** A new folder that goes away at the end of the block. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "darkslide-metadata-cli-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

export function jsonLines({ stdout }: Outcome): readonly Readonly<Record<string, unknown>>[] {
  const lines = stdout.toString().split("\n")
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
}

/** What exiftool reads of files, in the order of their names. */
export async function exiftool(
  cwd: string,
  ...names: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile("exiftool", ["-json", "-a", "-u", "-G1", "-n", ...names], { cwd }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(error)
    })
  })
  return JSON.parse(text) as readonly Readonly<Record<string, unknown>>[]
}
