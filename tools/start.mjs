// Behind `npm start`: builds what the demo needs, then runs the server as a direct child, so that a signal to this
// process reaches the server itself and not a chain of package managers.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { runInForeground } from "./foreground.mjs"
import { toolchainEnvironment } from "./toolchain.mjs"

const root = fileURLToPath(new URL("..", import.meta.url))
const environment = toolchainEnvironment()
const build = spawnSync("pnpm", ["--silent", "run", "build:demo"], {
  cwd: root,
  env: environment,
  stdio: "inherit",
  shell: process.platform === "win32",
})

process.exitCode =
  build.status === 0
    ? await runInForeground(
        "node",
        [fileURLToPath(new URL("../apps/demo-server/dist/main.js", import.meta.url))],
        environment,
      )
    : (build.status ?? 1)
