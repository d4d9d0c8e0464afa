// Behind `npm test`: builds, runs every test project, and ends with one line per project.
import { spawnSync } from "node:child_process"
import { countsLine, type Counts } from "./counts.ts"
import { ensureChromium } from "./ensure-chromium.mjs"
import { runProject } from "./run-project.ts"

/** The stories drive the built app, so nothing is tested that does not build. */
function build(): boolean {
  const shell = process.platform === "win32"
  return (
    spawnSync("pnpm", ["--silent", "run", "build"], { stdio: ["ignore", "inherit", "inherit"], shell }).status === 0
  )
}

function testInBrowser(): readonly Counts[] {
  try {
    const environment = { ...process.env, CHROMIUM_PATH: ensureChromium() }
    return [runProject("chromium", [], environment), runProject("story", ["--project", "story-alone"], environment)]
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return ["chromium", "story"].map((name) => ({ name, passed: 0, failed: 1, skipped: 0 }))
  }
}

const projects: readonly Counts[] = build()
  ? [runProject("node", ["--maxWorkers=100%"]), ...testInBrowser()]
  : [{ name: "build", passed: 0, failed: 1, skipped: 0 }]
for (const counts of projects) console.log(countsLine(counts))
if (projects.some(({ failed }) => failed > 0)) process.exitCode = 1
