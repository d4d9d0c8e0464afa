import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { testDataFolder } from "./test-data.ts"

/**
 * A file of a vector set, for tests in a browser, which call this as a Vitest command.
 * @param file - Such as `wycheproof/aes_gcm_test.json`.
 * @returns `undefined` where there is no test data.
 */
export async function readVectors(_context: unknown, file: string): Promise<string | undefined> {
  const path = join(testDataFolder, "vectors", file)
  return existsSync(path) ? await readFile(path, "utf8") : undefined
}
