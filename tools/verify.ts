// `pnpm verify`: everything but the tests and the vectors, step by step. A failing step does not stop the later ones;
// its output is shown, that of the others is not. `pnpm verify lint sizes` runs only those steps.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const pnpm = (...args: readonly string[]): readonly string[] => ["pnpm", "--silent", ...args]
const node = (file: string): readonly string[] => [process.execPath, `tools/${file}`]

const steps: Readonly<Record<string, readonly string[]>> = {
  format: pnpm("exec", "oxfmt", "--check"),
  lint: pnpm("exec", "oxlint", "--type-aware"),
  types: pnpm("run", "types"),
  build: pnpm("run", "build"),
  unused: pnpm("exec", "knip"),
  packaging: node("verify/packaging.ts"),
  tarballs: node("verify/tarballs.ts"),
  sizes: node("verify/sizes.ts"),
  examples: node("doc-examples/main.ts"),
  docs: pnpm("--filter", "@darkslide/docs", "run", "build"),
}

function runStep(name: string, [command = "", ...args]: readonly string[]): boolean {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1" },
    shell: process.platform === "win32",
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name.padEnd(10)} ${seconds} s`)
  if (status !== 0) console.log(`${stdout}${stderr}`.replace(/^/gmu, "  "))
  const counts = stdout.split("\n").findLast((line) => /^\w+: \d+ passed, \d+ failed, \d+ skipped/u.test(line))
  if (counts !== undefined) console.log(counts)
  return status === 0
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in steps))
if (unknown.length > 0) {
  console.error(`Cannot verify ${unknown.join(", ")}: the steps are ${Object.keys(steps).join(", ")}`)
  process.exitCode = 2
} else {
  const chosen = Object.entries(steps).filter(([name]) => wanted.length === 0 || wanted.includes(name))
  const failed = chosen.filter(([name, command]) => !runStep(name, command)).map(([name]) => name)
  console.log(failed.length === 0 ? `verify: ${chosen.length} steps ok` : `verify: failed: ${failed.join(", ")}`)
  if (failed.length > 0) process.exitCode = 1
}
