import { execFileSync, spawn } from "node:child_process"

/** Whether a program is installed. */
export function has(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" })
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false
    // It is there, and does not like to be asked.
    return true
  }
}

/**
 * Runs a command line at a terminal of its own, and types an answer each time it asks for a passphrase.
 * @returns its exit code and what the terminal showed.
 */
export async function runAtTerminal(
  command: string,
  answers: readonly string[],
  cwd: string,
): Promise<{ code: number | null; shown: string }> {
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], { cwd })
  const left = [...answers]
  let shown = ""
  let asked = 0
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    shown += piece
    // A question ends with a colon; an answer is not shown.
    const questions = shown.match(/(?:passphrase[^:\n]*|again): ?/gi)?.length ?? 0
    for (; asked < questions; asked++) child.stdin.write(`${left.shift() ?? ""}\r`)
  })
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve))
  return { code, shown }
}
