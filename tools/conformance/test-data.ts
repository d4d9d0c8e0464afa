import { resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** Where the test data lies: `DARKSLIDE_TESTDATA`, or `../shared` as seen from the repository's root. */
export const testDataFolder: string = resolve(
  fileURLToPath(new URL("../..", import.meta.url)),
  process.env["DARKSLIDE_TESTDATA"] || "../shared",
)
