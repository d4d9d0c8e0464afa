import { spawn } from "node:child_process"

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * Calls `stop` when the process that started this one is gone. Only under `npm run`: npm puts a shell between itself
 * and the script, and that shell dies of SIGTERM without handing it on.
 */
function whenAbandoned(stop) {
  if (process.env.npm_lifecycle_event === undefined) return () => {}
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop()
  }, 250)
  return () => clearInterval(watch)
}

/**
 * Runs a command with this process's own input and output, hands on the signals that ask for an end, and resolves to
 * its exit code (128 + n after a signal). On a terminal Ctrl-C reaches the command by itself, so it is not sent twice.
 */
export function runInForeground(command, args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", env: environment, shell: process.platform === "win32" })
    let asked = false
    const stopOnce = () => {
      if (!asked) child.kill("SIGTERM")
      asked = true
    }
    const handOn = (signal) => {
      asked = true
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
    }
    const unwatch = whenAbandoned(stopOnce)
    for (const signal of Object.keys(exitCodes)) process.on(signal, handOn)
    const done = () => {
      unwatch()
      for (const signal of Object.keys(exitCodes)) process.off(signal, handOn)
    }
    child.on("error", (error) => {
      done()
      reject(error)
    })
    child.on("close", (code, signal) => {
      done()
      resolve(code ?? exitCodes[signal] ?? 1)
    })
  })
}
