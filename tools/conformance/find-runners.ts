import { glob } from "node:fs/promises"
import { basename } from "node:path"
import { pathToFileURL } from "node:url"
import type { ConformanceSet } from "./set.ts"

/**
 * The runners that packages provide, by the name of their set.
 * @throws Error when a file exports no `set`, or one whose name is not the file's.
 */
export async function findRunners(root: string): Promise<ReadonlyMap<string, ConformanceSet>> {
  const runners = new Map<string, ConformanceSet>()
  for await (const file of glob(`${root}/packages/*/test/conformance/*.ts`)) {
    const { set } = (await import(pathToFileURL(file).href)) as { set?: ConformanceSet }
    if (set?.name !== basename(file, ".ts")) {
      throw new Error(`Cannot run ${file}: it must export a set named ${basename(file, ".ts")}`)
    }
    runners.set(set.name, set)
  }
  return runners
}
