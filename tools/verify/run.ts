import { spawnSync } from "node:child_process"

/**
 * Runs a command with its output shown, without a terminal's input.
 * @throws Error when it does not exit with 0.
 */
export function run(command: string, args: readonly string[], folder: string): void {
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${status}`)
}
