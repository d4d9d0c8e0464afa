import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { followLog, type FollowLogOptions } from "../../../src/node/log/follow-log.ts"
import type { LogPosition } from "../../../src/node/log/log-file.ts"
import { TravellingClock } from "../../travelling-clock.ts"

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alerts-log-"))
  path = join(folder, "auth.log")
  writeFileSync(path, "old\n")
})
afterEach(() => rmSync(folder, { recursive: true }))

function follow(options: Partial<FollowLogOptions> = {}) {
  const stop = new AbortController()
  const clock = new TravellingClock()
  const lines: string[] = []
  const state: { after: readonly LogPosition[] } = { after: options.after ?? [] }
  const settings = { signal: stop.signal, clock, pollMs: 10, lateMs: 150, ...options }
  const running = (async () => {
    for await (const { line, after } of followLog(path, settings)) {
      lines.push(line)
      state.after = after
    }
  })()
  /** Lets it look at the file once more. */
  const look = async (ms = 10) => {
    await clock.untilAsleep()
    clock.travel(ms)
    await clock.untilAsleep()
  }
  const end = async () => {
    await clock.untilAsleep()
    stop.abort()
    await running
    return state.after
  }
  return { lines, look, end }
}
async function expectLines(follower: ReturnType<typeof follow>, expected: readonly string[]) {
  await follower.look()
  expect(follower.lines).toEqual(expected)
}
const numbered = (count: number, prefix = "line") =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}-${"x".repeat(20)}`)
const write = (lines: readonly string[]) => appendFileSync(path, lines.map((line) => `${line}\n`).join(""))
/** A follower that has begun: it gave a line that was written after it started. */
async function started(options: Partial<FollowLogOptions> = {}) {
  const follower = follow({ from: "start", ...options })
  await expectLines(follower, ["old"])
  return follower
}

describe("followLog()", () => {
  test("begins at the end, or at the start", async () => {
    const fromStart = await started()
    await fromStart.end()
    const fromEnd = follow()
    await fromEnd.look()
    write(["new"])
    await expectLines(fromEnd, ["new"])
    await fromEnd.end()
  })

  test("renamed, with a late write to the old file, and a new file in its place", async () => {
    const follower = await started()
    const writer = openSync(path, "a")
    renameSync(path, `${path}.1`)
    writeFileSync(path, "")
    write(["first of the new"])
    await expectLines(follower, ["old", "first of the new"])
    writeSync(writer, "late to the old\n")
    closeSync(writer)
    await expectLines(follower, ["old", "first of the new", "late to the old"])
    await follower.end()
  })

  test("copied and emptied, then shorter", async () => {
    write(numbered(50))
    const follower = follow({ from: "start" })
    await expectLines(follower, ["old", ...numbered(50)])
    copyFileSync(path, `${path}.1`)
    truncateSync(path, 0)
    write(["a", "b"])
    await expectLines(follower, ["old", ...numbered(50), "a", "b"])
    await follower.end()
  })

  test("emptied, and grown past its old size before anyone looked", async () => {
    const follower = await started()
    truncateSync(path, 0)
    write(numbered(300))
    await expectLines(follower, ["old", ...numbered(300)])
    await follower.end()
  })

  test("a line in two pieces, and a character in two", async () => {
    const follower = await started()
    appendFileSync(path, "par")
    await follower.look()
    appendFileSync(path, "tial\n")
    const bytes = Buffer.from("ünïcödé-✓\n")
    appendFileSync(path, bytes.subarray(0, bytes.length - 3))
    await follower.look()
    appendFileSync(path, bytes.subarray(bytes.length - 3))
    await expectLines(follower, ["old", "partial", "ünïcödé-✓"])
    await follower.end()
  })

  test("deleted, and made again", async () => {
    const follower = await started()
    write(["before"])
    await expectLines(follower, ["old", "before"])
    unlinkSync(path)
    await follower.look()
    write(["after"])
    await expectLines(follower, ["old", "before", "after"])
    await follower.end()
  })

  test("a last line without its end is given when the file is left", async () => {
    const follower = await started()
    appendFileSync(path, "cut off")
    renameSync(path, `${path}.1`)
    writeFileSync(path, "")
    await follower.look()
    await follower.look(150)
    await expectLines(follower, ["old", "cut off"])
    await follower.end()
  })

  test("a line that never ends is cut to its beginning", async () => {
    const follower = await started({ maxLineBytes: 1000 })
    appendFileSync(path, "y".repeat(500_000))
    await follower.look()
    appendFileSync(path, "y".repeat(5000))
    write(["", "next"])
    await follower.look()
    expect(follower.lines.at(-1)).toBe("next")
    expect(follower.lines.filter((line) => line.startsWith("y")).map(({ length }) => length)).toEqual([1000])
    await follower.end()
  })

  test("goes on after a restart: in the same file, in one renamed meanwhile, in one emptied meanwhile", async () => {
    const first = await started()
    write(["one"])
    await expectLines(first, ["old", "one"])
    const same = await first.end()
    write(["two"])
    const second = follow({ after: same })
    await expectLines(second, ["two"])
    const renamed = await second.end()
    write(["three"])
    renameSync(path, `${path}.1`)
    writeFileSync(path, "four\n")
    const third = follow({ after: renamed })
    await expectLines(third, ["three", "four"])
    const emptied = await third.end()
    truncateSync(path, 0)
    write(["five-five-five"])
    const fourth = follow({ after: emptied })
    await expectLines(fourth, ["five-five-five"])
    await fourth.end()
  })

  test("a restart between a rotation and the end of its late writes gives nothing twice", async () => {
    const first = await started({ lateMs: 60_000 })
    renameSync(path, `${path}.1`)
    writeFileSync(path, "new\n")
    await expectLines(first, ["old", "new"])
    const after = await first.end()
    expect(after).toHaveLength(2)
    appendFileSync(`${path}.1`, "late\n")
    write(["newer"])
    const second = follow({ after })
    await expectLines(second, ["late", "newer"])
    await second.end()
  })
})
