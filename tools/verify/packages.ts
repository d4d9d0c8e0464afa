import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root: string = fileURLToPath(new URL("../..", import.meta.url))

/** A package that is published. */
export interface PublicPackage {
  readonly name: string
  readonly folder: string
}

/** Every package under `packages/`, sorted by name. */
export function publicPackages(): readonly PublicPackage[] {
  return readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({
      folder,
      ...(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string }),
    }))
    .map(({ name, folder }) => ({ name, folder }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
