import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { AlertsError } from "../../errors.ts"

export interface ReadJournalOptions {
  readonly signal: AbortSignal
  /** Programs whose records are wanted, by the kernel's word for them: `sshd` and, from OpenSSH 9.8 on, `sshd-session`. */
  readonly programs: readonly string[]
  /** The cursor of the last record that was dealt with. Default: from now on. */
  readonly after?: string | undefined
  /** A journal file to read to its end, in place of following this machine's. */
  readonly file?: string | undefined
}

/** A record of the systemd journal, of its trusted fields (systemd.journal-fields, "Trusted Journal Fields") and its text. */
export interface JournalRecord {
  /** Keep it, to go on behind this record. */
  readonly cursor: string
  /** Milliseconds since 1970, as the journal received it. */
  readonly at: number
  readonly program: string
  /** Of the process. */
  readonly pid: number
  /** What the program said: whoever talks to it may have chosen parts of it. */
  readonly message: string
}

/**
 * Records that programs of root wrote to the systemd journal. Which program wrote one is told by the kernel, not by the
 * record: any user may write "sshd" into a record, none may be `sshd`. Needs `journalctl`.
 * @throws AlertsError with `ALERTS_FAILED` when journalctl cannot be run or ends badly.
 */
export async function* readJournal(options: ReadJournalOptions): AsyncGenerator<JournalRecord> {
  const { signal, programs, after, file } = options
  if (programs.length === 0 || programs.some((name) => !/^[\w.-]{1,15}$/u.test(name)))
    throw new RangeError("Cannot read journal: programs by their names, of at most 15 characters")
  const start = after === undefined ? (file === undefined ? ["--lines=0"] : []) : [`--after-cursor=${after}`]
  const source = file === undefined ? ["--follow"] : [`--file=${file}`]
  const matches = programs.flatMap((name, index) => [...(index === 0 ? [] : ["+"]), `_COMM=${name}`, "_UID=0"])
  const args = ["--output=json", "--all", "--no-pager", "--quiet", ...source, ...start, ...matches]
  const child = spawn("journalctl", args, { stdio: ["ignore", "pipe", "ignore"] })
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null))
    child.once("close", resolve)
  })
  const stop = (): void => void child.kill()
  signal.addEventListener("abort", stop, { once: true })
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const record = toRecord(line, programs)
      if (record !== undefined) yield record
      if (signal.aborted) return
    }
    if ((await ended) !== 0 && !signal.aborted)
      throw new AlertsError("ALERTS_FAILED", "Cannot read journal: journalctl failed")
  } finally {
    signal.removeEventListener("abort", stop)
    child.kill()
  }
}

/** Checked again here: what decides is in the record, not in how it was asked for. */
function toRecord(line: string, programs: readonly string[]): JournalRecord | undefined {
  const { __CURSOR: cursor, __REALTIME_TIMESTAMP: time, _COMM: program, _UID: user, _PID: pid, MESSAGE } = parse(line)
  if (typeof cursor !== "string" || typeof program !== "string" || !programs.includes(program) || user !== "0")
    return undefined
  return { cursor, at: Math.floor(Number(time) / 1000), program, pid: Number(pid), message: toText(MESSAGE) }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>
  } catch {
    // Cut off, when journalctl was stopped: no record.
    return {}
  }
}

/** What is not UTF-8 comes as an array of bytes. */
function toText(message: unknown): string {
  if (typeof message === "string") return message
  return Array.isArray(message) ? Buffer.from(message as number[]).toString() : ""
}
