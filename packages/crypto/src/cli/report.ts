import { isDarkslideError } from "../errors.ts"
import { isSystemError } from "./system-error.ts"
import { OutputExistsError } from "./write-whole.ts"

/** Values that JSON has. */
export type Facts = Readonly<Record<string, unknown>>

/** What is told while files are worked on. */
export interface Report {
  /** Bytes of inputs that were read since the last call. */
  read(bytes: number): void
  /** @param facts - What else a line of JSON is to say. */
  done(input: string, output: string, facts: Facts): void
  failed(input: string, error: unknown): void
  end(): void
}

export interface ReportOptions {
  /** The name before a complaint. */
  readonly program: string
  /** What is being done: "sealed", "opened". */
  readonly verb: string
  readonly files: number
  readonly bytes: number
  readonly json: boolean
}

/**
 * JSON Lines on standard output when asked for; else a bar on a terminal, and a line for each file where standard error
 * is none. Failures are lines on standard error in both.
 */
export function createReport(options: ReportOptions): Report {
  if (options.json) return jsonReport(options)
  return process.stderr.isTTY ? barReport(options) : lineReport(options)
}

function jsonReport({ verb }: ReportOptions): Report {
  const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
  let [done, failed] = [0, 0]
  return {
    read: () => undefined,
    done(input, output, facts) {
      done++
      print({ type: verb, input, output, ...facts })
    },
    failed(input, error) {
      failed++
      print({ type: "failed", input, code: codeOf(error), message: messageOf(error) })
    },
    end: () => print({ type: "end", done, failed }),
  }
}

function lineReport({ program, verb }: ReportOptions): Report {
  return {
    read: () => undefined,
    done: (_input, output) => void process.stderr.write(`${verb} ${output}\n`),
    failed: (input, error) => void process.stderr.write(failureLine(program, input, error)),
    end: () => undefined,
  }
}

const barColumns = 30
const redrawMs = 100

function barReport({ program, verb, files, bytes }: ReportOptions): Report {
  let [done, failed, readBytes, drawnAt] = [0, 0, 0, 0]
  const draw = (): void => {
    drawnAt = Date.now()
    const share = bytes === 0 ? (done + failed) / files : Math.min(1, readBytes / bytes)
    const bar = "#".repeat(Math.round(share * barColumns)).padEnd(barColumns, ".")
    const failures = failed === 0 ? "" : `, ${failed} failed`
    process.stderr.write(`\r\u001b[K[${bar}] ${Math.floor(share * 100)} % ${verb} ${done}/${files}${failures}`)
  }
  const drawSometimes = (): void => {
    if (Date.now() - drawnAt >= redrawMs) draw()
  }
  return {
    read(more) {
      readBytes += more
      drawSometimes()
    },
    done() {
      done++
      drawSometimes()
    },
    failed(input, error) {
      failed++
      process.stderr.write(`\r\u001b[K${failureLine(program, input, error)}`)
      draw()
    },
    end() {
      draw()
      process.stderr.write("\n")
    },
  }
}

function failureLine(program: string, input: string, error: unknown): string {
  return `${program}: ${input}: ${messageOf(error)}\n`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of a failure, as JSON tells it. */
export function codeOf(error: unknown): string {
  if (isDarkslideError(error) || error instanceof OutputExistsError) return error.code
  return error instanceof Error && "code" in error && isSystemError(error, String(error.code))
    ? String(error.code)
    : "UNKNOWN"
}
