import { Worker } from "node:worker_threads"

/** What the thread that reads says after each hundred runs, and at the end. */
export interface Progress {
  readonly run: number
  readonly bad: readonly string[]
  readonly summary?: readonly string[]
}

/** Longer without a word is a hang: even the slowest hundred runs take far less. */
const hangMs = 60_000

/**
 * Reads, scrubs and edits changed EXIF blocks and changed files in a thread of their own: none may hang, kill the thread, throw
 * anything but a MetadataError, take more than 50 ms of CPU time, or hold more than 64 MiB beyond the input.
 * Of every 31 runs 25 change a block and 6 a file, so that 37,200 are 30,000 and 7,200.
 * @returns how many were bad; each is printed with its run.
 */
export async function mutations(options: { readonly count: number; readonly seed: number }): Promise<number> {
  const worker = new Worker(new URL("mutation-worker.ts", import.meta.url), { workerData: options })
  const { promise, resolve } = Promise.withResolvers<number>()
  let bad = 0
  let run = 0
  const fail = (problem: string): void => {
    process.stdout.write(`after run ${run}: ${problem}\n`)
    resolve(bad + 1)
  }
  let timer = setTimeout(fail, hangMs, "hung")
  worker.on("message", (progress: Progress) => {
    clearTimeout(timer)
    timer = setTimeout(fail, hangMs, "hung")
    run = progress.run
    bad += progress.bad.length
    for (const line of [...progress.bad, ...(progress.summary ?? [])]) process.stdout.write(`${line}\n`)
    if (progress.summary !== undefined) resolve(bad)
  })
  worker.on("error", (error) => fail(`the thread died: ${String(error)}`))
  const total = await promise
  clearTimeout(timer)
  await worker.terminate()
  return total
}
