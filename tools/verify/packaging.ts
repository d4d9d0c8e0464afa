// Checks each package as it would be published: its exports with publint, its types with attw.
import { rmSync } from "node:fs"
import { packAll } from "./pack.ts"
import { root } from "./packages.ts"
import { run } from "./run.ts"

const { folder, tarballs } = packAll()
try {
  for (const { file } of tarballs) {
    run("pnpm", ["exec", "publint", "run", file, "--strict"], root)
    run("pnpm", ["exec", "attw", file, "--profile", "esm-only", "--no-emoji", "--format", "ascii"], root)
  }
} finally {
  rmSync(folder, { recursive: true })
}
