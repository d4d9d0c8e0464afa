import { availableParallelism } from "node:os"
import { dirname } from "node:path"
import { exitCodes, type ExitCode } from "./command.ts"
import { readPieces, writeStandardOutput } from "./pieces.ts"
import { planFiles, type FileJob, type PlanOptions } from "./plan-files.ts"
import { createReport, type Facts, type Report } from "./report.ts"
import { prepareFolders } from "./temporary-files.ts"
import { UsageError } from "./usage-error.ts"
import { writeWhole } from "./write-whole.ts"

export interface FileArguments {
  readonly output?: string | undefined
  readonly force?: boolean | undefined
  readonly json?: boolean | undefined
  readonly jobs?: string | undefined
}

export interface FileWork extends Pick<PlanOptions, "nameOutput" | "inFolder"> {
  /** The name before a complaint: `darkslide` unless said. */
  readonly program?: string | undefined
  /** What was done to a file: "sealed". */
  readonly verb: string
  /**
   * Makes the result of one input.
   * @param size - What the input should have, where that is known: a hint.
   * @param tell - Adds to what a line of JSON says of the file.
   */
  transform(pieces: AsyncIterable<Uint8Array>, size?: number, tell?: (facts: Facts) => void): AsyncIterable<Uint8Array>
}

/**
 * Does the same to every file, several at once. One that fails does not stop the others. Without inputs, or with `-`,
 * standard input goes to standard output, or to `-o`.
 */
export async function runFiles(
  inputs: readonly string[],
  options: FileArguments,
  work: FileWork,
  signal: AbortSignal,
): Promise<ExitCode> {
  const jobs = readJobs(options.jobs)
  if (inputs.length === 0 || (inputs.length === 1 && inputs[0] === "-") || options.output === "-")
    return await runOne(inputs, options, work, signal)
  if (inputs.includes("-")) throw new UsageError("standard input (-) goes alone")
  const plan = await planFiles(inputs, { ...work, output: options.output })
  if (plan.length === 0) throw new UsageError("there is no file for this in these folders")
  await prepareFolders(plan.map(({ output }) => dirname(output)))
  const bytes = plan.reduce((sum, job) => sum + job.bytes, 0)
  const report = createReport({
    program: work.program ?? "darkslide",
    verb: work.verb,
    files: plan.length,
    bytes,
    json: options.json === true,
  })
  const failures = await runJobs(plan, jobs, (job) => runJob(job, options, work, report, signal), report, signal)
  return failures === 0 ? exitCodes.ok : exitCodes.failed
}

async function runOne(
  inputs: readonly string[],
  options: FileArguments,
  work: FileWork,
  signal: AbortSignal,
): Promise<ExitCode> {
  const [input = "-", ...more] = inputs
  if (more.length > 0) throw new UsageError("only one file can go to standard output")
  if (options.json) throw new UsageError("--json needs files to write to: standard output carries the result")
  const pieces = stoppable(work.transform(readPieces(input, () => undefined)), signal)
  if (options.output === undefined || options.output === "-") await writeStandardOutput(pieces)
  else {
    await prepareFolders([dirname(options.output)])
    await writeWhole(options.output, pieces, { overwrite: options.force === true })
  }
  return exitCodes.ok
}

async function runJob(
  { input, output, bytes }: FileJob,
  options: FileArguments,
  work: FileWork,
  report: Report,
  signal: AbortSignal,
): Promise<Facts> {
  let facts: Facts = {}
  const pieces = work.transform(readPieces(input, report.read, bytes), bytes, (found) => (facts = found))
  await writeWhole(output, stoppable(pieces, signal), { overwrite: options.force === true })
  return facts
}

async function runJobs(
  plan: readonly FileJob[],
  parallel: number,
  run: (job: FileJob) => Promise<Facts>,
  report: Report,
  signal: AbortSignal,
): Promise<number> {
  let failures = 0
  const queue = plan.values()
  const work = async (): Promise<void> => {
    for (const job of queue) {
      if (signal.aborted) return
      try {
        const facts = await run(job)
        report.done(job.input, job.output, facts)
      } catch (error) {
        if (signal.aborted) return
        failures++
        report.failed(job.input, error)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, plan.length) }, work))
  } finally {
    report.end()
  }
  signal.throwIfAborted()
  return failures
}

async function* stoppable(pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) {
    signal.throwIfAborted()
    yield piece
  }
}

function readJobs(text: string | undefined): number {
  // More than processors: most of the time goes by waiting for the disk.
  if (text === undefined) return Math.min(16, 4 * availableParallelism())
  if (!/^[1-9][0-9]{0,2}$/.test(text)) throw new UsageError("--jobs takes a number from 1 to 999")
  return Number(text)
}
