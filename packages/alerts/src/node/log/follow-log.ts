import type { BigIntStats } from "node:fs"
import { readdir, stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { systemClock, type Clock } from "../../clock.ts"
import { LogFile, type LogPosition } from "./log-file.ts"

export interface FollowLogOptions {
  readonly signal: AbortSignal
  /** What the last line that was dealt with came with: goes on right behind it, also in a file rotated away meanwhile. */
  readonly after?: readonly LogPosition[] | undefined
  /** Where to begin without `after`. Default: `end`. */
  readonly from?: "start" | "end" | undefined
  /** How often the file is looked at, in milliseconds. Default: 250. */
  readonly pollMs?: number | undefined
  /** How long a file that was rotated away is still read, in milliseconds: who has it open may write late. Default: 5,000. */
  readonly lateMs?: number | undefined
  /** A longer line is cut to its beginning. Default: 65,536. */
  readonly maxLineBytes?: number | undefined
  readonly clock?: Clock | undefined
}

/** A line without its end, and what to keep so as to go on behind it. */
export interface LogLine {
  readonly line: string
  readonly after: readonly LogPosition[]
}

interface Retired {
  readonly file: LogFile
  readonly until: number
}

/**
 * Follows a log through rotation (renamed, copied and emptied, deleted), emptying, late writes and restarts, and gives each
 * line once. Whoever can write into a log writes what they like: take no name or address out of a line without proof. Ends
 * when the signal aborts.
 */
export async function* followLog(path: string, options: FollowLogOptions): AsyncGenerator<LogLine> {
  const { signal, after = [], from = "end", pollMs = 250, lateMs = 5000, maxLineBytes = 65_536 } = options
  const { clock = systemClock } = options
  let retired: Retired[] = []
  let current: LogFile | undefined
  const positions = (): readonly LogPosition[] =>
    [...retired.map(({ file }) => file), current].filter((file) => file !== undefined).map(({ position }) => position)

  async function* read(file: LogFile, isOver = false): AsyncGenerator<LogLine> {
    for await (const line of file.lines()) yield { line, after: positions() }
    const last = isOver ? file.lastLine() : undefined
    if (last !== undefined) yield { line: last, after: positions() }
  }

  try {
    retired = (await findRotated(path, after, maxLineBytes)).map((file) => ({ file, until: clock.now() + lateMs }))
    current = await openAt(path, { after, from, maxLineBytes })
    while (!signal.aborted) {
      for (const { file, until } of [...retired]) {
        const isOver = clock.now() >= until
        yield* read(file, isOver)
        if (!isOver) continue
        retired = retired.filter((other) => other.file !== file)
        await file.close()
      }
      if (current !== undefined) yield* read(current)
      const found = await statOf(path)
      if (current !== undefined && (found === undefined || !current.isSame(found))) {
        // Read once more: it may have grown between the last read and its rotation.
        yield* read(current)
        retired.push({ file: current, until: clock.now() + lateMs })
        current = undefined
      }
      // A file in its place is read at once, from its beginning.
      current ??= found === undefined ? undefined : await LogFile.open(path, maxLineBytes)
      if (current !== undefined) yield* read(current)
      // An abort ends the pause early: that is all it says here.
      await clock.sleep(pollMs, signal).catch(() => undefined)
    }
  } finally {
    for (const file of [...retired.map((old) => old.file), current]) await file?.close()
  }
}

async function openAt(
  path: string,
  { after, from, maxLineBytes }: { after: readonly LogPosition[]; from: "start" | "end"; maxLineBytes: number },
): Promise<LogFile | undefined> {
  const file = await LogFile.open(path, maxLineBytes)
  if (file === undefined) return undefined
  for (const position of after) {
    if (!(await file.continues(position))) continue
    file.seek(position.offset)
    return file
  }
  // After a restart, what is not the file that was left is new as a whole.
  if (after.length === 0 && from === "end") await file.seekToEnd()
  return file
}

/** Files in the same folder, named after the log, in which a position was taken before they were renamed. */
async function findRotated(
  path: string,
  after: readonly LogPosition[],
  maxLineBytes: number,
): Promise<readonly LogFile[]> {
  if (after.length === 0) return []
  const [folder, name] = [dirname(path), basename(path)]
  const found: LogFile[] = []
  for (const entry of (await readdir(folder)).toSorted().toReversed()) {
    if (entry === name || !entry.startsWith(name)) continue
    const file = await LogFile.open(join(folder, entry), maxLineBytes)
    if (file === undefined) continue
    const position = await continued(file, after)
    if (position === undefined) await file.close()
    else {
      file.seek(position.offset)
      found.push(file)
    }
  }
  return found
}

async function continued(file: LogFile, after: readonly LogPosition[]): Promise<LogPosition | undefined> {
  for (const position of after) if (await file.continues(position)) return position
  return undefined
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    // Between two files of a rotation there may be none.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
