// Behind `npm test`: builds, runs every test project, and ends with one line per project.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureChromium } from "./ensure-chromium.mjs"

const reports = mkdtempSync(join(tmpdir(), "darkslide-check-"))
const run = (args, environment = process.env) =>
  spawnSync("pnpm", args, { stdio: "inherit", env: environment, shell: process.platform === "win32" }).status === 0

/** Runs one project; its counts come from vitest's own report, so that a crash before the first test counts too. */
function runProject(name, extra, environment) {
  const file = join(reports, `${name}.json`)
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`]
  const ended = run(
    ["exec", "vitest", "run", "--project", name, "--passWithNoTests", ...reporters, ...extra],
    environment,
  )
  return { name, ended, ...readCounts(file) }
}

function readCounts(file) {
  try {
    const report = JSON.parse(readFileSync(file, "utf8"))
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch (error) {
    console.error(`Cannot read the report of a test run: ${error instanceof Error ? error.message : error}`)
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** A run that ends badly without a failed test (a file that does not load, an unhandled error) still counts as one. */
const failures = (project) => (project.ended ? project.failed : Math.max(project.failed, 1))

function check() {
  if (!run(["--silent", "run", "build"])) return ["build: failed"]
  const browser = { ...process.env, CHROMIUM_PATH: ensureChromium() }
  const projects = [
    runProject("node", [], process.env),
    runProject("chromium", [], browser),
    runProject("story", ["--no-file-parallelism"], browser),
  ]
  if (projects.some((project) => failures(project) > 0)) process.exitCode = 1
  return projects.map(
    (project) => `${project.name}: ${project.passed} passed, ${failures(project)} failed, ${project.skipped} skipped`,
  )
}

process.exitCode = 0
try {
  const lines = check()
  if (lines.length === 1) process.exitCode = 1
  console.log(lines.join("\n"))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(reports, { recursive: true, force: true })
}
