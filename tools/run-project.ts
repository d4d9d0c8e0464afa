import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Counts } from "./counts.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * Runs one vitest project and counts its tests from vitest's own report. A run that ends badly without a failed test (a
 * file that does not load, an unhandled error) counts as one failure.
 */
export function runProject(name: string, extra: readonly string[] = [], environment = process.env): Counts {
  const folder = mkdtempSync(join(tmpdir(), "darkslide-report-"))
  try {
    const report = join(folder, "report.json")
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    const { status } = spawnSync(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", "--project", name, "--passWithNoTests", ...reporters, ...extra],
      { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: environment },
    )
    const counts = readCounts(report)
    return { name, ...counts, failed: status === 0 ? counts.failed : Math.max(counts.failed, 1) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

function readCounts(file: string): Omit<Counts, "name"> {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Report
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch (error) {
    console.error(`Cannot read the report of a test run: ${error instanceof Error ? error.message : String(error)}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
