// `pnpm conformance`: runs every set of test vectors and images under DARKSLIDE_TESTDATA, one line each.
import { fileURLToPath } from "node:url"
import { findRunners } from "./find-runners.ts"
import { findSets } from "./find-sets.ts"
import { resultLine, runSet, summarizeRunner, type SetResult } from "./run-set.ts"
import { testDataFolder } from "./test-data.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const sets = await findSets(testDataFolder)
const total = { passed: 0, failed: 0, skipped: 0 }

function show(result: SetResult): void {
  console.log(resultLine(result))
  for (const failure of result.failures) console.error(failure)
  total.passed += result.passed
  total.failed += result.failures.length
  total.skipped += result.skipped
}

if (sets === undefined) {
  console.log(`No test data: ${testDataFolder} has no vectors or images folder; set DARKSLIDE_TESTDATA to run the sets`)
} else {
  const { named, grouped } = await findRunners(root)
  for (const set of sets) {
    const own = named.get(set.name)
    const all = [...(own === undefined ? [] : [own]), ...grouped.filter(({ group }) => group === set.group)]
    for (const runner of all.length === 0 ? [undefined] : all) show(await runSet(set, runner))
  }
  for (const runner of grouped) {
    if (!sets.some(({ group }) => group === runner.group)) continue
    const result = await summarizeRunner(runner)
    if (result !== undefined) show(result)
    for (const line of runner.report?.() ?? []) console.log(line)
  }
}
console.log(`conformance: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
if (total.failed > 0) process.exitCode = 1
