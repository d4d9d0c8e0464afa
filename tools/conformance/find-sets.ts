import { readdir } from "node:fs/promises"
import { join } from "node:path"

/** A folder of vectors or images from one origin. */
export interface SetFolder {
  readonly name: string
  readonly group: "vectors" | "images"
  readonly path: string
}

/** The sets under a test-data folder, sorted by name; `undefined` when the folder has neither group. */
export async function findSets(testData: string): Promise<readonly SetFolder[] | undefined> {
  const groups = await Promise.all([foldersOf(testData, "vectors"), foldersOf(testData, "images")])
  return groups.every((group) => group === undefined) ? undefined : groups.flatMap((group) => group ?? [])
}

async function foldersOf(testData: string, group: SetFolder["group"]): Promise<readonly SetFolder[] | undefined> {
  try {
    const entries = await readdir(join(testData, group), { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ name, group, path: join(testData, group, name) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined
    throw error
  }
}
