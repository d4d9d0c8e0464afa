import { spawn } from "node:child_process"

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * Runs a command with this process's own input and output, hands on the signals that ask for an end, and resolves to
 * its exit code (128 + n after a signal). On a terminal Ctrl-C reaches the command by itself, so it is not sent twice.
 */
export function runInForeground(command, args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", env: environment, shell: process.platform === "win32" })
    const handOn = (signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of Object.keys(exitCodes)) process.on(signal, handOn)
    child.on("error", reject)
    child.on("close", (code, signal) => {
      for (const name of Object.keys(exitCodes)) process.off(name, handOn)
      resolve(code ?? exitCodes[signal] ?? 1)
    })
  })
}
