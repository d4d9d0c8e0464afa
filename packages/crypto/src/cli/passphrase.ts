import { openSync, writeSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { ReadStream } from "node:tty"
import { isSystemError } from "./system-error.ts"
import { UsageError } from "./usage-error.ts"

/** Where passphrases come from: a file, or the person at the terminal. Asks one question at a time. */
export class PassphraseSource {
  readonly #file: string | undefined
  readonly #signal: AbortSignal
  #before: Promise<unknown> = Promise.resolve()

  constructor(file: string | undefined, signal: AbortSignal) {
    this.#file = file
    this.#signal = signal
  }

  /** @throws UsageError when there is neither a file nor a terminal. */
  async ask(question: string): Promise<string> {
    if (this.#file !== undefined) return (await readFile(this.#file, "utf8")).split(/\r?\n/)[0] ?? ""
    const asked = this.#before.then(() => askTerminal(question, this.#signal))
    // The next question waits for this one, however it ends.
    this.#before = asked.catch(() => undefined)
    return await asked
  }

  /** Asks twice, as what is mistyped now opens nothing later. */
  async askNew(question: string): Promise<string> {
    const passphrase = await this.ask(`${question}: `)
    if (passphrase === "") throw new UsageError("an empty passphrase protects nothing")
    if (this.#file === undefined && (await this.ask("The same again: ")) !== passphrase)
      throw new UsageError("the two passphrases differ")
    return passphrase
  }
}

const controls = { interrupt: "\u0003", end: "\u0004", erase: new Set(["\b", "\u007f"]) } as const

/** Reads a line of the controlling terminal without showing it. */
async function askTerminal(question: string, signal: AbortSignal): Promise<string> {
  const { input, output } = openTerminal()
  // First, or what is typed at once would be shown.
  input.setRawMode(true)
  writeSync(output, question)
  input.setEncoding("utf8")
  try {
    return await new Promise((resolve, reject) => {
      let typed: string[] = []
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true })
      input.on("error", reject)
      input.on("end", () => reject(new UsageError("the terminal was closed")))
      input.on("data", (piece: string) => {
        for (const character of piece) {
          if (character === "\r" || character === "\n" || character === controls.end) resolve(typed.join(""))
          else if (character === controls.interrupt) process.kill(process.pid, "SIGINT")
          else if (controls.erase.has(character)) typed = typed.slice(0, -1)
          else typed.push(character)
        }
      })
    })
  } finally {
    input.setRawMode(false)
    writeSync(output, "\n")
    if (input !== process.stdin) input.destroy()
    else input.pause()
  }
}

function openTerminal(): { input: ReadStream; output: number } {
  if (process.platform === "win32" && process.stdin.isTTY) return { input: process.stdin, output: process.stderr.fd }
  try {
    return { input: new ReadStream(openSync("/dev/tty", "r")), output: openSync("/dev/tty", "w") }
  } catch (error) {
    if (isSystemError(error, "ENXIO", "ENOENT", "EACCES", "ERR_INVALID_FD_TYPE", "ENOTTY"))
      throw new UsageError("no terminal to ask for the passphrase at; use --passphrase-file", { cause: error })
    throw error
  }
}
