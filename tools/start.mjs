// Behind `npm start`: builds what the demo needs, then runs the server as a direct child, so that a signal to this
// process reaches the server itself and not a chain of package managers.
import { fileURLToPath } from "node:url"
import { runInForeground } from "./foreground.mjs"
import { toolchainEnvironment } from "./toolchain.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

try {
  const environment = toolchainEnvironment()
  process.exitCode =
    (await runInForeground("pnpm", ["--silent", "run", "build:demo"], environment)) ||
    (await runInForeground("node", ["apps/demo-server/dist/main.js"], environment))
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
