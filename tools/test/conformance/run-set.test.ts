import { mkdir, mkdtemp, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { findSets, type SetFolder } from "../../conformance/find-sets.ts"
import { resultLine, runSet } from "../../conformance/run-set.ts"
import type { ConformanceSet, VectorOutcome } from "../../conformance/set.ts"

async function writeSet(group: SetFolder["group"], name: string, files: Record<string, string>): Promise<SetFolder> {
  const path = join(await mkdtemp(join(tmpdir(), "darkslide-set-")), name)
  await mkdir(path)
  for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content)
  return { name, group, path }
}

const runnerOf = (...outcomes: readonly VectorOutcome[]): ConformanceSet => ({
  name: "demo",
  async *run() {
    yield* outcomes
  },
})

describe("runSet()", () => {
  test("counts each outcome, names the failing vectors and the kinds not built", async () => {
    const result = await runSet(
      await writeSet("vectors", "demo", {}),
      runnerOf(
        { vector: "one", kind: "x25519", outcome: "passed" },
        { vector: "two", kind: "x25519", outcome: "failed", detail: "opened" },
        { vector: "three", kind: "ssh-rsa", outcome: "not-built" },
        { vector: "four", kind: "hybrid", outcome: "not-built" },
      ),
    )
    expect(resultLine(result)).toBe("demo: 1 passed, 1 failed, 2 skipped (not built: hybrid, ssh-rsa)")
    expect(result.failures).toEqual(["demo: two (x25519): opened"])
  })

  test("counts a runner that throws, and one that finds nothing, as a failure", async () => {
    const broken: ConformanceSet = {
      name: "demo",
      // eslint-disable-next-line require-yield
      async *run() {
        throw new Error("no such file")
      },
    }
    const set = await writeSet("vectors", "demo", {})
    expect((await runSet(set, broken)).failures).toEqual(["demo: the runner stopped: no such file"])
    expect((await runSet(set, runnerOf())).failures).toEqual(["demo: the runner found no vector"])
  })

  test("skips a set without a runner by its number of vectors, and says which package will run it", async () => {
    const arrays = await writeSet("vectors", "mls", { "README.md": "", "a.json": "[1,2,3]", "b.json": "[1]" })
    expect(resultLine(await runSet(arrays, undefined))).toBe("mls: 0 passed, 0 failed, 4 skipped (not built: rooms)")
    const groups = JSON.stringify({ testGroups: [{ tests: [1, 2] }, { tests: [3] }] })
    const wycheproof = await writeSet("vectors", "wycheproof", { "README.md": "", "a.json": groups })
    expect(resultLine(await runSet(wycheproof, undefined))).toContain("3 skipped (not built: crypto)")
    const images = await writeSet("images", "jhead", {
      "README.md": "",
      "expected.json": "{}",
      "a.jpg": "",
      "b.png": "",
    })
    expect(resultLine(await runSet(images, undefined))).toContain("2 skipped (not built: metadata)")
    const sealed = await writeSet("vectors", "age-interop", { "x.key": "", "a.age": "", "b.armored.age": "" })
    expect(resultLine(await runSet(sealed, undefined))).toContain("2 skipped (not built: crypto)")
  })
})

describe("findSets()", () => {
  test("finds the folders of both groups, and nothing in a missing folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "darkslide-testdata-"))
    expect(await findSets(join(folder, "missing"))).toBeUndefined()
    expect(await findSets(folder)).toBeUndefined()
    for (const set of ["vectors/b", "vectors/a", "images/c"]) await mkdir(join(folder, set), { recursive: true })
    await writeFile(join(folder, "vectors/README.md"), "")
    expect((await findSets(folder))?.map(({ group, name }) => `${group}/${name}`)).toEqual([
      "vectors/a",
      "vectors/b",
      "images/c",
    ])
  })
})
