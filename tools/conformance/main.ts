// `pnpm conformance`: runs every set of test vectors and images under DARKSLIDE_TESTDATA, one line each.
import { fileURLToPath } from "node:url"
import { findRunners } from "./find-runners.ts"
import { findSets } from "./find-sets.ts"
import { resultLine, runSet } from "./run-set.ts"
import { testDataFolder } from "./test-data.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const sets = await findSets(testDataFolder)
const total = { passed: 0, failed: 0, skipped: 0 }

if (sets === undefined) {
  console.log(`No test data: ${testDataFolder} has no vectors or images folder; set DARKSLIDE_TESTDATA to run the sets`)
} else {
  const runners = await findRunners(root)
  for (const set of sets) {
    const result = await runSet(set, runners.get(set.name))
    console.log(resultLine(result))
    for (const failure of result.failures) console.error(failure)
    total.passed += result.passed
    total.failed += result.failures.length
    total.skipped += result.skipped
  }
}
console.log(`conformance: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
if (total.failed > 0) process.exitCode = 1
