import { mkdtempSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { publicPackages } from "./packages.ts"
import { run } from "./run.ts"

/** A package as it would be published. */
export interface Tarball {
  readonly name: string
  readonly file: string
}

/** Packs every public package into a new temporary folder, exactly as `pnpm publish` would. */
export function packAll(): { folder: string; tarballs: readonly Tarball[] } {
  const folder = mkdtempSync(join(tmpdir(), "darkslide-pack-"))
  const tarballs = publicPackages().map(({ name, folder: source }): Tarball => {
    const before = new Set(readdirSync(folder))
    run("pnpm", ["--silent", "pack", "--pack-destination", folder], source)
    const file = readdirSync(folder).find((entry) => !before.has(entry))
    if (file === undefined) throw new Error(`Cannot pack ${name}: no tarball appeared`)
    return { name, file: join(folder, file) }
  })
  return { folder, tarballs }
}
