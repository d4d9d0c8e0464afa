// Behind `npm test` and CI: `node tools/run.mjs <pnpm arguments>` runs pnpm with a Node and a pnpm that fit, whatever the
// machine has. Needs only Node 18 and npm.
import { runInForeground } from "./foreground.mjs"
import { toolchainEnvironment } from "./toolchain.mjs"

try {
  process.exitCode = await runInForeground("pnpm", process.argv.slice(2), toolchainEnvironment())
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
