import { readdir, readFile } from "node:fs/promises"
import { extname, join } from "node:path"
import type { SetFolder } from "./find-sets.ts"

/**
 * How many vectors a set without a runner holds. A JSON array counts by its items and a Wycheproof file by its tests;
 * in a set of files each file is one, apart from descriptions (`.md`), expectations (`.json`) and, beside `.age` files,
 * the keys that open them.
 */
export async function countVectors(set: SetFolder): Promise<number> {
  const entries = await readdir(set.path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const data = files.filter((file) => ![".md", ".json"].includes(extname(file)))
  if (data.length > 0) {
    const sealed = data.filter((file) => extname(file) === ".age")
    return sealed.length > 0 ? sealed.length : data.length
  }
  const counts = await Promise.all(files.filter((file) => extname(file) === ".json").map(countItems))
  return counts.reduce((sum, count) => sum + count, 0)
}

async function countItems(file: string): Promise<number> {
  const content: unknown = JSON.parse(await readFile(file, "utf8"))
  if (Array.isArray(content)) return content.length
  const groups = arrayField(content, "testGroups")
  return groups === undefined
    ? 1
    : groups.reduce<number>((sum, group) => sum + (arrayField(group, "tests")?.length ?? 0), 0)
}

function arrayField(value: unknown, name: string): readonly unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const field: unknown = Reflect.get(value, name)
  return Array.isArray(field) ? field : undefined
}
