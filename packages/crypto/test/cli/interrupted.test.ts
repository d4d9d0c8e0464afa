import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { generateKeyPair, open } from "@darkslide/crypto"
import { darkslide, filesIn, start, temporaryFolder } from "./darkslide.ts"

const me = generateKeyPair()
const to = me.recipient.toString()
const count = 400
const bytes = Buffer.alloc(150_000, "whole")

/** Starts sealing many files, and sends a signal once some of them are done. */
async function interrupt(folder: string, signal: "SIGKILL" | "SIGINT"): Promise<number | null> {
  mkdirSync(join(folder, "in"))
  for (let i = 0; i < count; i++) writeFileSync(join(folder, "in", String(i)), bytes)
  const child = start(["seal", "-r", to, "-o", "out", "in"], folder)
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
  let lines = 0
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    lines += text.split("\n").length - 1
    if (lines >= 20 && !child.killed) child.kill(signal)
  })
  child.stdout.resume()
  return await ended
}

async function expectOnlyWholeFiles(folder: string): Promise<number> {
  const names = filesIn(join(folder, "out/in")).filter((name) => !/^\.darkslide-.*\.tmp$/.test(name))
  for (const name of names) {
    expect(name).toMatch(/^\d+\.age$/)
    const sealed = new Uint8Array(readFileSync(join(folder, "out/in", name)))
    expect(Buffer.compare(await open(sealed, { with: [me] }), bytes)).toBe(0)
  }
  return names.length
}

describe("darkslide seal, stopped in the middle", () => {
  test("kill -9 leaves only whole files under their names, and the next run clears the rest", async () => {
    using folder = temporaryFolder()
    await interrupt(folder.path, "SIGKILL")
    const whole = await expectOnlyWholeFiles(folder.path)
    expect(whole).toBeGreaterThanOrEqual(20)
    expect(whole).toBeLessThan(count)
    // As a run that was killed in the middle of a file leaves it; this process is no darkslide that lives.
    const left = filesIn(join(folder.path, "out/in")).find((name) => name.endsWith(".tmp"))
    if (left !== undefined)
      writeFileSync(join(folder.path, "out/in", left.replace(/[0-9a-f]{16}/, "0".repeat(16))), "half")
    expect((await darkslide(folder.path, ["seal", "--force", "-r", to, "-o", "out", "in"])).code).toBe(0)
    expect(filesIn(join(folder.path, "out/in"))).toHaveLength(count)
    expect(await expectOnlyWholeFiles(folder.path)).toBe(count)
  }, 60_000)

  test("an interrupt ends with 130 and leaves nothing unfinished", async () => {
    using folder = temporaryFolder()
    expect(await interrupt(folder.path, "SIGINT")).toBe(130)
    expect(filesIn(join(folder.path, "out/in")).every((name) => /^\d+\.age$/.test(name))).toBe(true)
    expect(await expectOnlyWholeFiles(folder.path)).toBeLessThan(count)
    expect(existsSync(join(folder.path, "in/0"))).toBe(true)
  }, 60_000)
})
