import { glob } from "node:fs/promises"
import { basename } from "node:path"
import { pathToFileURL } from "node:url"
import type { ConformanceSet } from "./set.ts"

/** The runners that packages provide. */
export interface Runners {
  /** By the name of their set. */
  readonly named: ReadonlyMap<string, ConformanceSet>
  /** Those that judge every set of a group. */
  readonly grouped: readonly ConformanceSet[]
}

/** @throws Error when a file exports no `set`, or one whose name is not the file's. */
export async function findRunners(root: string): Promise<Runners> {
  const named = new Map<string, ConformanceSet>()
  const grouped: ConformanceSet[] = []
  for await (const file of glob(`${root}/packages/*/test/conformance/*.ts`)) {
    const { set } = (await import(pathToFileURL(file).href)) as { set?: ConformanceSet }
    if (set?.name !== basename(file, ".ts")) {
      throw new Error(`Cannot run ${file}: it must export a set named ${basename(file, ".ts")}`)
    }
    if (set.group === undefined) named.set(set.name, set)
    else grouped.push(set)
  }
  return { named, grouped }
}
