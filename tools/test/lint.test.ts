import { spawn } from "node:child_process"
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Lints planted files under this repository's own rules, and returns what the linter says. */
async function lint(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-lint-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  await copyFile(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"))
  await copyFile(join(root, "tsconfig.base.json"), join(folder, "tsconfig.json"))
  await symlink(join(root, "node_modules"), join(folder, "node_modules"))
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), content)
  }
  const oxlint = spawn(join(root, "node_modules/.bin/oxlint"), ["--type-aware", "--format=unix"], { cwd: folder })
  let said = ""
  for await (const text of oxlint.stdout.setEncoding("utf8")) said += text
  return said
}

test.each([
  ["crypto", "@darkslide/capture"],
  ["capture", "@darkslide/alerts"],
  ["metadata", "@darkslide/rooms"],
  ["rooms", "@darkslide/metadata"],
  ["alerts", "@darkslide/capture/node"],
  ["capture", "@darkslide/demo-server"],
  ["capture", "../../crypto/src/errors.ts"],
])("lint refuses that %s imports %s in any way", async (name, imported) => {
  const planted = `export { x } from "${imported}"\nexport type { y } from "${imported}"\nexport const z = (): Promise<unknown> => import("${imported}")\n`
  const said = await lint({ [`packages/${name}/src/planted.ts`]: planted })
  for (const line of [1, 2, 3]) {
    expect(said).toMatch(
      new RegExp(`packages/${name}/src/planted.ts:${line}:.*restricted from being used by a pattern`),
    )
  }
})

test("lint lets capture import crypto", async () => {
  const said = await lint({ "packages/capture/src/fine.ts": `export { seal } from "@darkslide/crypto"\n` })
  expect(said).toBe("")
})

test("lint refuses a cycle of files", async () => {
  const said = await lint({
    "packages/rooms/src/a.ts": `import { b } from "./b.ts"\nexport const a = (): number => b()\n`,
    "packages/rooms/src/b.ts": `import { a } from "./a.ts"\nexport const b = (): number => a()\n`,
  })
  expect(said).toContain("import(no-cycle)")
})

test("lint refuses Node's own modules in a package, except in its node and cli folders", async () => {
  const planted = `export { readFileSync } from "node:fs"\n`
  const said = await lint({ "packages/metadata/src/read.ts": planted, "packages/metadata/src/node/read.ts": planted })
  expect(said).toContain("packages/metadata/src/read.ts:1:")
  expect(said).not.toContain("packages/metadata/src/node/read.ts")
})

test("lint refuses a promise that nobody waits for, and any", async () => {
  const said = await lint({
    "packages/alerts/src/planted.ts": `export async function go(): Promise<void> {}\nexport const x: any = 1\ngo()\n`,
  })
  expect(said).toContain("no-floating-promises")
  expect(said).toContain("no-explicit-any")
})

test("lint reads html templates", async () => {
  const said = await lint({
    "apps/demo-web/src/planted.ts": `import { html } from "lit"\nexport const x = html\`<p .a=\${1} .a=\${2}></p>\`\n`,
  })
  expect(said).toContain("lit(no-duplicate-template-bindings)")
})
